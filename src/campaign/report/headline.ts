import { amount, count, counted, dash, money, percent, roughPercent, width } from './format.ts'
import { clip, html, type Content, type Markup } from './markup.ts'
import type { ReportData } from './report-data.ts'

/** What was achieved, in one sentence. */
function headlineWords({ noun, currency, summary }: ReportData): string {
  const { items, expectedAccuracy, trueAccuracy, spent, peopleAloneCost } = summary
  if (!(items > 0)) return `No ${noun} labelled yet.`
  const truth = trueAccuracy === null ? '' : ` and ${percent(trueAccuracy)} truly right`
  return `${counted(items, noun)} labelled, ${percent(expectedAccuracy)} expected right${truth}, for ${money(spent, currency)}${
    peopleAloneCost !== null && peopleAloneCost > spent ? ` instead of ${amount(peopleAloneCost)}` : ''
  }.`
}

/** The title, the headline in words, and the key figures as parts of a whole. */
export function headline(data: ReportData): Markup {
  const { summary, noun } = data
  return html`<header>
    <p class="eyebrow">Labelwright report</p>
    <h1>${clip(data.title, 120)}</h1>
    <p class="headline">${headlineWords(data)}</p>
    <div class="figures">
      ${moneyFigure(data)}
      ${figure({
        name: 'Expected right',
        value: percent(summary.expectedAccuracy),
        share: summary.expectedAccuracy,
        note:
          summary.trueAccuracy === null
            ? 'by the posterior: the campaign’s own judgement'
            : `truly right: ${percent(summary.trueAccuracy)}, known because the labels were`,
        tone: 'ours',
      })}
      ${figure({
        name: 'Labelled by people',
        value: counted(summary.byPeople, noun),
        share: summary.byPeople / summary.items,
        note: `${roughPercent(summary.byPeople / summary.items)} of all; the other ${counted(
          summary.items - summary.byPeople,
          noun,
        )} took their label from models`,
        tone: 'people',
      })}
    </div>
    <p class="facts">
      ${counted(summary.rounds, 'rounds')} by the strategy <b>${clip(summary.strategy, 60)}</b>; stopped:
      <b>${clip(summary.stopReason, 200)}</b>.
      ${data.quarantined.length > 0 && html`<a href="#quarantine">${count(summary.quarantined)} in quarantine</a>.`}
    </p>
  </header>`
}

function moneyFigure({ currency, summary }: ReportData): Markup {
  const { spent, budget, peopleAloneCost } = summary
  const whole = peopleAloneCost ?? budget
  const saved = peopleAloneCost === null ? null : 1 - spent / peopleAloneCost
  const notes = [
    ...(peopleAloneCost === null ? [] : [`people alone: ${money(peopleAloneCost, currency)}`]),
    ...(saved !== null && saved > 0 && saved < 1 ? [`${roughPercent(saved)} saved`] : []),
    ...(budget === null ? [] : [`budget: ${money(budget, currency)}`]),
  ]
  return figure({
    name: 'Spent',
    value: money(spent, currency),
    share: whole === null ? null : spent / whole,
    note: notes.join('; ') || 'no budget was set',
    tone: 'money',
  })
}

interface Figure {
  readonly name: string
  readonly value: string
  /** The filled part of the bar, null for no bar. */
  readonly share: number | null
  readonly note: Content
  readonly tone: 'ours' | 'people' | 'money'
}

function figure({ name, value, share, note, tone }: Figure): Markup {
  const [digits, ...unit] = value.split(/[\s\u00a0]/)
  return html`<div class="figure">
    <h2>${name}</h2>
    <p class="value">${digits ?? dash} <small>${unit.join(' ')}</small></p>
    ${share !== null && html`<div class="meter ${tone}" aria-hidden="true"><i style="width:${width(share, 1)}"></i></div>`}
    <p class="note">${note}</p>
  </div>`
}
