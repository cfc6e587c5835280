import { counted, money, percent, roughPercent } from '../../report/format.ts'
import { clip, html, type Markup } from '../../report/markup.ts'
import { certainMoney, type StrategySummary } from '../summary.ts'
import { metricWords } from './metric-words.ts'
import type { SimulationReportData } from './simulation-report-data.ts'

/** The title, who is cheapest and by how much, and how much was simulated. */
export function simulationHeadline(data: SimulationReportData, summaries: readonly StrategySummary[]): Markup {
  const seeds = new Set(data.curves.map(({ seed }) => seed)).size
  return html`<header>
    <p class="eyebrow">Labelwright simulation</p>
    <h1>${clip(data.title, 120)}</h1>
    <p class="headline">${headlineWords(data, summaries)}</p>
    <p class="facts">
      ${counted(data.curves.length, 'campaigns')} simulated:
      ${summaries.length === 1 ? '1 strategy' : counted(summaries.length, 'strategies')} by ${counted(seeds, 'seeds')}.
    </p>
  </header>`
}

/** The highest target that a strategy reached with all its seeds, its place among the targets; null where there is none. */
export function reachedTarget(summaries: readonly StrategySummary[], targets: readonly number[]): number | null {
  const places = [...targets.keys()].filter((at) => summaries.some((summary) => certainMoney(summary, at) !== null))
  return places.toSorted((a, b) => targets[b]! - targets[a]!)[0] ?? null
}

function headlineWords(data: SimulationReportData, summaries: readonly StrategySummary[]): string {
  const { targets, metric, currency } = data
  const { name } = metricWords[metric]
  if (summaries.length === 0) return 'Nothing simulated yet.'
  const at = reachedTarget(summaries, targets)
  if (at === null) {
    const lowest = Math.min(...targets)
    return Number.isFinite(lowest)
      ? `No strategy reaches ${percent(lowest)} ${name} with every seed.`
      : areaWords(summaries, name)
  }
  const [first, second] = summaries
    .filter((summary) => certainMoney(summary, at) !== null)
    .toSorted((a, b) => certainMoney(a, at)! - certainMoney(b, at)!)
  const cost = certainMoney(first!, at)!
  const reached = `${clip(first!.strategy, 40)} reaches ${percent(targets[at]!)} ${name} for ${money(whole(cost), currency)}`
  const rival = summaries.find(({ strategy }) => strategy === data.reference && strategy !== first!.strategy) ?? second
  if (!rival) return `${reached}${summaries.length > 1 ? '; no other strategy does with every seed' : ''}.`
  const other = certainMoney(rival, at)
  const rivalName = clip(rival.strategy, 40)
  if (other === null) {
    const lucky = rival.toTargets[at]!.reached
    return `${reached}; ${rivalName} ${lucky === 0 ? 'never does' : `does with only ${lucky} of ${counted(rival.seeds, 'seeds')}`}.`
  }
  return `${reached}, ${roughPercent(1 - cost / other)} less than ${rivalName} (${money(whole(other), currency)}).`
}

function areaWords(summaries: readonly StrategySummary[], metric: string): string {
  const best = summaries.filter(({ area }) => area).toSorted((a, b) => b.area!.mean - a.area!.mean)[0]
  if (!best) return `Nobody’s ${metric} is known.`
  return `${clip(best.strategy, 40)} has the highest ${metric} over all money: ${percent(best.area!.mean)} in the mean.`
}

/** Cents do not matter to a large amount. */
export function whole(amount: number): number {
  return amount >= 20 ? Math.round(amount) : amount
}
