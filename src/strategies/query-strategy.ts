import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { largestPlaces } from './largest-places.ts'

/** What a strategy that ranks items may look at. Row i of everything belongs to item i. */
export interface PoolView {
  /** Out-of-sample class probabilities of all items, shape `[n, k]`. */
  readonly predProbs: Matrix
  /** The items that may be asked about, ascending; those that have a label are not among them. */
  readonly candidates: Int32Array
  /** Features, shape `[n, d]`, best with a mean squared row length of 1, as `prepareFeatures` makes them. */
  readonly features: Matrix
  /** Trusted class of each item, shape `[n]`; -1 where there is none. */
  readonly labels: Int32Array
  /** Classes of labelled items from elsewhere, of any length: they count where a strategy counts labels per class. */
  readonly freeLabels?: Int32Array
}

/**
 * Chooses `batchSize` distinct candidates, or all where there are fewer, most valuable first. Ties go to the lowest index. Equal pools, sizes
 * and generators give equal choices, and the pool is left as it was.
 */
export type QueryStrategy = (pool: PoolView, batchSize: number, rng: Rng) => Int32Array | Promise<Int32Array>

/** How many items a batch of that size holds. */
export function batchOf(candidates: Int32Array, batchSize: number): number {
  return Math.max(0, Math.min(Math.floor(batchSize), candidates.length))
}

/**
 * The candidates with the largest values, largest first. `valueOf` is called once per candidate.
 *
 * @throws {@link LabelwrightError} `bad-probability` where a value is NaN, as it is for probabilities that are.
 */
export function largest(candidates: Int32Array, batchSize: number, valueOf: (item: number) => number): Int32Array {
  const values = new Float64Array(candidates.length)
  for (let place = 0; place < candidates.length; place++) {
    const value = valueOf(candidates[place]!)
    if (Number.isNaN(value)) {
      throw new LabelwrightError(
        'bad-probability',
        `The class probabilities of item ${candidates[place]} are not numbers.`,
        'Look for NaN in its features.',
      )
    }
    values[place] = value
  }
  return largestPlaces(values, batchOf(candidates, batchSize)).map((place) => candidates[place]!)
}
