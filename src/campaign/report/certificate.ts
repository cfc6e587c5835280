import { count, percent, percentAtLeast, roughPercent, width } from './format.ts'
import { html, type Markup } from './markup.ts'
import type { ReportCertificate, ReportData } from './report-data.ts'

/** What a random audit proves; without one, why the expected accuracy is no proof. */
export function certificateSection({ certificate, noun, summary }: ReportData): Markup {
  if (!certificate) return missing(percent(summary.expectedAccuracy))
  const { statement, lower, confidence, audited, right, population, target, met } = certificate
  return html`<section id="certificate" class="certificate ${met === null ? 'plain' : met ? 'met' : 'missed'}">
    <h2>
      Certificate ${met !== null && html`<span class="badge">${met ? '✓ target met' : '✗ target not met'}</span>`}
    </h2>
    <p class="statement">${statement.replaceAll(' %', '\u00a0%')}</p>
    <figure>
      ${interval(certificate, summary.items)}
      <figcaption>
        A trusted annotator checked ${count(audited)} ${noun}, drawn at random from the ${count(population)} that no
        person had labelled: ${count(right)} were right (${percent(right / audited)}). With ${roughPercent(confidence)}
        confidence at least ${percentAtLeast(lower)} of all ${count(summary.items)} labels
        are${target !== null && html`; the target is ${percent(target)}`}.
        <span class="sentence note"
          >Band: what the audit leaves possible. Dot: the audit
          itself.${target !== null && ' Dashed: the target.'}</span
        >
      </figcaption>
    </figure>
  </section>`
}

function missing(expected: string): Markup {
  return html`<section id="certificate" class="certificate none">
    <h2>No certificate</h2>
    <p>
      Nobody has checked a random sample, so ${expected} is what the campaign <em>expects</em>, not what it has shown: a
      model that is wrong and sure of itself expects too much. Set a target accuracy, and the campaign audits a random
      sample and states a bound that holds however the labels were made.
    </p>
  </section>`
}

/** The part of the scale that the audit leaves possible, with the audited share and the target on it. */
function interval({ lower, audited, right, population, target }: ReportCertificate, items: number): Markup {
  // People's own labels count as right, in the bound and so in the dot beside it.
  const seen = 1 - ((1 - right / audited) * population) / items
  const lowest = Math.min(...[lower, seen, target ?? lower].filter(Number.isFinite), 0.95)
  const from = Math.max(0, Math.floor(lowest * 20 - 0.2) / 20)
  const at = (share: number): string => width(share - from, 1 - from)
  return html`<div class="interval" aria-hidden="true">
    <i class="possible" style="left:${at(lower)}"></i>
    <i class="seen" style="left:${at(seen)}"></i>
    ${target !== null && html`<i class="target" style="left:${at(target)}"></i>`}
    <span class="from">${roughPercent(from)}</span>
    <span class="to">${roughPercent(1)}</span>
  </div>`
}
