import { count } from './format.ts'
import { clip, html, type Markup } from './markup.ts'
import type { ReportData } from './report-data.ts'
import { table } from './table.ts'

const rowLimit = 50

/** What could not be used, and why; null where nothing was set aside. */
export function quarantineSection({ quarantined }: ReportData): Markup | null {
  if (quarantined.length === 0) return null
  const left = quarantined.length - rowLimit
  return html`<section id="quarantine">
    <h2>Quarantine</h2>
    <p class="lead">Set aside rather than dropped: mend these and run again.</p>
    ${table(
      [{ title: 'Where' }, { title: 'Why' }],
      quarantined.slice(0, rowLimit).map(({ where, why }) => [html`<code>${clip(where, 120)}</code>`, clip(why, 300)]),
    )}
    ${left > 0 && html`<p class="left-out">${count(left)} more are not shown.</p>`}
  </section>`
}
