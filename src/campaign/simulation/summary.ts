import { areaUnder, moneyToTarget, valueAt, type SimulatedCurve, type SimulationMetric } from './curve.ts'
import { studentQuantile } from './student-t.ts'

/** How a strategy did over its seeds. */
export interface StrategySummary {
  readonly strategy: string
  readonly seeds: number
  /** From where all seeds were measured to where the longest ended; seeds that ended before hold their last value. */
  readonly curve: readonly BandPoint[]
  /** Of the mean value over the money from where all curves of all strategies were measured to where the longest of them ended. */
  readonly area: Spread | null
  /** One per target, in their order. */
  readonly toTargets: readonly MoneyToTarget[]
}

/** A point of a mean curve with its confidence band, cut to `[0, 1]`; no band where there is one seed. */
export interface BandPoint {
  readonly spent: number
  readonly mean: number
  readonly low: number | null
  readonly high: number | null
}

/** Mean and standard deviation over seeds; no deviation where there is one seed. */
export interface Spread {
  readonly mean: number
  readonly sd: number | null
}

/** What a target cost the seeds that reached it. */
export interface MoneyToTarget {
  readonly target: number
  /** How many seeds reached it. Where not all did, `money` is that of the lucky ones. */
  readonly reached: number
  /** Null where none did. */
  readonly money: Spread | null
}

/** What to sum up. */
export interface SummaryOptions {
  readonly metric: SimulationMetric
  /** Values of the metric, in `[0, 1]`. */
  readonly targets: readonly number[]
  /** Of the grid of money from nothing to the end of the longest curve. Default 101. */
  readonly points?: number
  /** Of the bands. Default 0.95. */
  readonly confidence?: number
}

/** Sums curves up by strategy, in the order in which they first come. */
export function summarize(curves: readonly SimulatedCurve[], options: SummaryOptions): StrategySummary[] {
  const { metric, targets, points = 101, confidence = 0.95 } = options
  const measured = curves.flatMap((curve) => measuredRange(curve, metric) ?? [])
  const from = Math.max(...measured.map((range) => range.from))
  const to = Math.max(...measured.map((range) => range.to))
  const grid = Array.from({ length: points }, (_, i) => (to * i) / Math.max(1, points - 1))
  return [...Map.groupBy(curves, ({ strategy }) => strategy)].map(([strategy, own]) => {
    const areas = own.flatMap((curve) => areaUnder(curve.points, metric, from, to) ?? [])
    return {
      strategy,
      seeds: own.length,
      curve: bandOf(own, { metric, grid, confidence }),
      area: areas.length === own.length ? spreadOf(areas) : null,
      toTargets: targets.map((target) => {
        const money = own.flatMap((curve) => moneyToTarget(curve.points, metric, target) ?? [])
        return { target, reached: money.length, money: spreadOf(money) }
      }),
    }
  })
}

/**
 * The share of a reference strategy's money that each strategy saves on the way to each target, `1 - money / money of the reference`; below 0 where it costs more.
 *
 * @returns By strategy, one per target; null where a seed of either did not get there, or the reference is not among the summaries.
 */
export function savings(
  summaries: readonly StrategySummary[],
  reference: string,
): ReadonlyMap<string, readonly (number | null)[]> {
  const base = summaries.find(({ strategy }) => strategy === reference)
  return new Map(
    summaries.map((summary) => [
      summary.strategy,
      summary.toTargets.map((_, at) => {
        const [money, whole] = [certainMoney(summary, at), base ? certainMoney(base, at) : null]
        return money === null || !whole ? null : 1 - money / whole
      }),
    ]),
  )
}

/** The mean money to the target at this place; null unless all seeds reached it. */
export function certainMoney({ seeds, toTargets }: StrategySummary, at: number): number | null {
  const { reached, money } = toTargets[at]!
  return reached === seeds && money ? money.mean : null
}

interface BandOptions {
  readonly metric: SimulationMetric
  readonly grid: readonly number[]
  readonly confidence: number
}

function bandOf(curves: readonly SimulatedCurve[], { metric, grid, confidence }: BandOptions): BandPoint[] {
  const end = Math.max(...curves.map(({ points }) => points.at(-1)?.spent ?? 0))
  const inside = grid.filter((spent) => spent < end)
  return [...inside, end].flatMap((spent): BandPoint[] => {
    const values = curves.flatMap(({ points }) => valueAt(points, metric, spent) ?? [])
    const spread = values.length === curves.length ? spreadOf(values) : null
    if (!spread) return []
    const { mean, sd } = spread
    if (sd === null) return [{ spent, mean, low: null, high: null }]
    const half = (studentQuantile((1 + confidence) / 2, values.length - 1) * sd) / Math.sqrt(values.length)
    return [{ spent, mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) }]
  })
}

function measuredRange({ points }: SimulatedCurve, metric: SimulationMetric): { from: number; to: number } | null {
  const first = points.find((point) => point[metric] !== null)
  return first ? { from: first.spent, to: points.at(-1)!.spent } : null
}

function spreadOf(values: readonly number[]): Spread | null {
  const n = values.length
  if (n === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n === 1) return { mean, sd: null }
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) }
}
