import type { Matrix } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { largest, type QueryStrategy } from './query-strategy.ts'

/**
 * Entropy sampling: the most undecided items first, in nats.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @see Settles, Active Learning Literature Survey, 2009, section 3.1.
 */
export const entropy: QueryStrategy = (pool, batchSize) => {
  checkPool(pool)
  return largest(pool.candidates, batchSize, (item) => entropyOf(pool.predProbs, item))
}

/** The entropy of one row of probabilities, in nats; NaN where one is. */
export function entropyOf({ data, cols }: Matrix, item: number): number {
  let h = 0
  for (let at = item * cols; at < (item + 1) * cols; at++) if (data[at] !== 0) h -= data[at]! * Math.log(data[at]!)
  return h
}
