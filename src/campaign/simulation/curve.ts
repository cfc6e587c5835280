import type { SimulatedPoint } from './simulate-campaign.ts'

/** One simulated campaign: where it stood after each turn, by rising money. */
export interface SimulatedCurve {
  readonly strategy: string
  readonly seed: number
  readonly points: readonly SimulatedPoint[]
}

/** What a simulation measures, the most telling first. */
export const simulationMetrics = [
  'testAccuracy',
  'balancedAccuracy',
  'macroF1',
  'poolAccuracy',
  'balancedPoolAccuracy',
] as const

/** The name of one of {@link simulationMetrics}. */
export type SimulationMetric = (typeof simulationMetrics)[number]

/** A point of a curve in money on which `Metric` was measured, or was not yet: null. */
export type Measured<Metric extends string> = { readonly spent: number } & { readonly [M in Metric]: number | null }

/**
 * The value that a curve has at an amount of money: linear between its points, the last one's after it.
 *
 * @param points - By rising `spent`. Of several at one amount the last counts.
 * @returns Null before the first point at which the metric was measured.
 */
export function valueAt<M extends string>(points: readonly Measured<M>[], metric: M, money: number): number | null {
  const line = measuredLine(points, metric)
  const next = line.findIndex(({ spent }) => spent > money)
  const before = line.at(next < 0 ? -1 : next - 1)
  if (next === 0 || !before) return null
  return next < 0 ? before.value : between(before, line[next]!, money)
}

/** The least money at which a curve reaches a value, linear between its points; null where it never does. */
export function moneyToTarget<M extends string>(
  points: readonly Measured<M>[],
  metric: M,
  target: number,
): number | null {
  const line = measuredLine(points, metric)
  const reached = line.findIndex(({ value }) => value >= target)
  const here = line[reached]
  if (!here) return null
  const before = line[reached - 1]
  if (!before) return here.spent
  return before.spent + ((target - before.value) / (here.value - before.value)) * (here.spent - before.spent)
}

/**
 * The mean value of a curve over the money from `from` to `to`: the area under it, divided by its width.
 *
 * @returns The value at `from` where `to` is no more than that; null where the metric was not yet measured at `from`.
 */
export function areaUnder<M extends string>(
  points: readonly Measured<M>[],
  metric: M,
  from: number,
  to: number,
): number | null {
  const first = valueAt(points, metric, from)
  if (first === null || to <= from) return first
  const line = measuredLine(points, metric)
  const held = { spent: Infinity, value: line.at(-1)!.value }
  let area = 0
  line.forEach((a, i) => {
    const b = line[i + 1] ?? held
    const [left, right] = [Math.max(from, a.spent), Math.min(to, b.spent)]
    if (right > left) area += ((between(a, b, left) + between(a, b, right)) / 2) * (right - left)
  })
  return area / (to - from)
}

interface LinePoint {
  readonly spent: number
  readonly value: number
}

function measuredLine<M extends string>(points: readonly Measured<M>[], metric: M): LinePoint[] {
  return points.flatMap((point) => {
    const value: number | null = point[metric]
    return value === null ? [] : [{ spent: point.spent, value }]
  })
}

function between(a: LinePoint, b: LinePoint, money: number): number {
  return a.value + ((b.value - a.value) * (money - a.spent)) / (b.spent - a.spent)
}
