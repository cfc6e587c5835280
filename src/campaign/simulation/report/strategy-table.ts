import { amount, count, dash, percent, px, roughPercent } from '../../report/format.ts'
import { clip, html, type Content, type Markup } from '../../report/markup.ts'
import { table } from '../../report/table.ts'
import { certainMoney, savings, type MoneyToTarget, type Spread, type StrategySummary } from '../summary.ts'
import { metricWords } from './metric-words.ts'
import { strategyKey } from './series.ts'
import { reachedTarget, whole } from './simulation-headline.ts'
import type { SimulationReportData } from './simulation-report-data.ts'

/** Strategies by what the targets cost them, the cheapest first. */
export function strategyTable(data: SimulationReportData, summaries: readonly StrategySummary[]): Markup {
  const { targets, metric, currency, reference } = data
  const at = reachedTarget(summaries, targets)
  const cost = (summary: StrategySummary): number => (at === null ? null : certainMoney(summary, at)) ?? Infinity
  const area = (summary: StrategySummary): number => summary.area?.mean ?? -Infinity
  const places = [...summaries.keys()].toSorted((a, b) => {
    const [one, other] = [summaries[a]!, summaries[b]!]
    return compare(cost(one), cost(other)) || compare(area(other), area(one))
  })
  const saved = summaries.some(({ strategy }) => strategy === reference) ? savings(summaries, reference!) : null
  const columns = [
    { title: 'Strategy' },
    ...targets.map((target) => ({ title: `${currency} to ${percent(target)}`, numeric: true })),
    { title: 'Mean over the money', numeric: true },
  ]
  const rows = places.map((place) => {
    const summary = summaries[place]!
    return [
      strategyKey(summary.strategy, place),
      ...summary.toTargets.map((to, i) => targetCell(to, summary, saved?.get(summary.strategy)?.[i] ?? null)),
      areaCell(summary),
    ]
  })
  return html`<section id="strategies">
    <h2>What each strategy needs</h2>
    <p class="lead">
      Money until the ${metricWords[metric].name} is first reached: mean ± standard deviation over the
      seeds.${saved && ` Below it, how much less or more that is than with ${clip(reference!, 40)}.`}
    </p>
    ${table(columns, rows)}
  </section>`
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function targetCell({ reached, money }: MoneyToTarget, { seeds }: StrategySummary, saved: number | null): Content {
  if (!money) return html`${dash}<small class="below-cell">not reached</small>`
  const words = reached < seeds ? `${count(reached)} of ${count(seeds)} seeds` : savedWords(saved)
  return html`${spreadWords(money)}${words !== null && html`<small class="below-cell">${words}</small>`}`
}

function spreadWords({ mean, sd }: Spread): string {
  if (sd === null) return amount(whole(mean))
  const parts = mean >= 20 ? 1 : 100
  return `${amount(whole(mean))} ± ${amount(mean < 0.1 ? sd : Math.round(parts * sd) / parts)}`
}

function savedWords(share: number | null): string | null {
  if (!share) return null
  return share > 0 ? `${roughPercent(share)} less` : `${roughPercent(-share)} more`
}

function areaCell({ area }: StrategySummary): string {
  if (!area) return dash
  return area.sd === null ? percent(area.mean) : `${percent(area.mean)} ± ${px(Math.round(1000 * area.sd) / 10)}`
}
