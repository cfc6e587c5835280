import type { SimulatedCurve, SimulationMetric } from '../curve.ts'

/** Everything that the report of a simulation shows. Names may be hostile; they are escaped where they are written. */
export interface SimulationReportData {
  readonly title: string
  /** E.g. `EUR` or `units`. */
  readonly currency: string
  readonly curves: readonly SimulatedCurve[]
  /** What the targets are about. */
  readonly metric: SimulationMetric
  /** Values of the metric, in `[0, 1]`. */
  readonly targets: readonly number[]
  /** The strategy that the others are compared with; null: the headline compares the cheapest with the next. */
  readonly reference: string | null
  /** What was simulated, line by line. */
  readonly settings: readonly { readonly name: string; readonly value: string }[]
}
