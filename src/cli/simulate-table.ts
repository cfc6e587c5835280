import type { SimulationMetric } from '../campaign/simulation/curve.ts'
import { metricWords } from '../campaign/simulation/report/metric-words.ts'
import { certainMoney, type MoneyToTarget, type StrategySummary } from '../campaign/simulation/summary.ts'
import { columns } from './columns.ts'

/** What came of a simulation as a table for people, and what its columns mean. */
export function simulationLines(
  summaries: readonly StrategySummary[],
  { metric, currency }: { readonly metric: SimulationMetric; readonly currency: string },
): string[] {
  const targets = summaries[0]!.toTargets.map(({ target }) => target)
  const header = ['strategy', ...targets.flatMap((target) => [`to ${percentOf(target)}`, 'beside best']), 'area']
  const rows = summaries.map((summary) => [
    summary.strategy,
    ...summary.toTargets.flatMap((money, at) => [moneyCell(money, summary.seeds), savingCell(summaries, summary, at)]),
    summary.area ? summary.area.mean.toFixed(3) : '–',
  ])
  const isLucky = summaries.some(({ seeds, toTargets }) =>
    toTargets.some(({ reached }) => reached > 0 && reached < seeds),
  )
  const isCompared = targets.some((_, at) => summaries.some((summary) => savingOf(summaries, summary, at) !== null))
  return [
    ...columns(header, rows),
    '',
    `Money (${currency}) until the ${metricWords[metric].name} first reaches that share, mean ± standard deviation over ${summaries[0]!.seeds} seeds; –: never within the budget.`,
    ...(isLucky ? [`"(n of ${summaries[0]!.seeds})": so many seeds got there, and the money is theirs alone.`] : []),
    `${isCompared ? '"beside best": money beside that of the best other strategy; ' : ''}"area": the mean of the curve over the money, higher is better.`,
  ]
}

/**
 * The share of money that a strategy saves on the way to its target at a place, beside the best of the others; below 0 where that is cheaper.
 *
 * @returns Null where not all seeds of it, or of no other strategy, got there.
 */
export function savingOf(summaries: readonly StrategySummary[], own: StrategySummary, at: number): number | null {
  const money = certainMoney(own, at)
  const others = summaries.filter((summary) => summary !== own).flatMap((summary) => certainMoney(summary, at) ?? [])
  const best = Math.min(...others)
  return money === null || !(best > 0 && best < Infinity) ? null : 1 - money / best
}

function savingCell(summaries: readonly StrategySummary[], own: StrategySummary, at: number): string {
  const saving = savingOf(summaries, own, at)
  if (saving === null) return ''
  return saving > 0 ? `saves ${Math.round(100 * saving)} %` : `${(1 - saving).toFixed(1)} times`
}

function moneyCell({ reached, money }: MoneyToTarget, seeds: number): string {
  if (!money) return '–'
  const spread = money.sd === null ? '' : ` ± ${money.sd.toFixed(2)}`
  return `${money.mean.toFixed(2)}${spread}${reached < seeds ? ` (${reached} of ${seeds})` : ''}`
}

function percentOf(target: number): string {
  return `${Number((100 * target).toFixed(2))} %`
}
