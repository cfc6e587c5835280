import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import type { Matrix } from '../tensor/matrix.ts'

/** What a strategy that ranks items may look at. */
export interface PoolView {
  /** Out-of-sample class probabilities of all items, shape `[n, k]`. */
  readonly predProbs: Matrix
  /** The items that may be asked about, ascending. */
  readonly candidates: Int32Array
}

/** Chooses up to `batchSize` distinct candidates, most valuable first. Ties go to the lowest index. */
export type QueryStrategy = (pool: PoolView, batchSize: number, rng: Rng) => Int32Array

/**
 * The candidates with the largest values, largest first. `valueOf` is called once per candidate.
 *
 * @throws {@link LabelwrightError} `bad-probability` where a value is NaN, as it is for probabilities that are.
 */
export function largest(candidates: Int32Array, batchSize: number, valueOf: (item: number) => number): Int32Array {
  const values = Float64Array.from(candidates, valueOf)
  const bad = values.findIndex(Number.isNaN)
  if (bad >= 0) {
    throw new LabelwrightError(
      'bad-probability',
      `The class probabilities of item ${candidates[bad]} are not numbers.`,
      'Look for NaN in its features.',
    )
  }
  const order = Int32Array.from(candidates.keys()).sort((a, b) => values[b]! - values[a]! || a - b)
  return order.subarray(0, Math.max(0, batchSize)).map((place) => candidates[place]!)
}
