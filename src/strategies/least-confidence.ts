import type { Matrix } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { largest, type QueryStrategy } from './query-strategy.ts'

/**
 * Least confidence: the items whose likeliest class is least likely first.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @see Lewis, Gale, A Sequential Algorithm for Training Text Classifiers, SIGIR 1994.
 */
export const leastConfidence: QueryStrategy = (pool, batchSize) => {
  checkPool(pool)
  return largest(pool.candidates, batchSize, (item) => -confidenceOf(pool.predProbs, item))
}

/** The largest probability of one row; NaN where one is. */
export function confidenceOf({ data, cols }: Matrix, item: number): number {
  let max = 0
  for (let at = item * cols; at < (item + 1) * cols; at++) {
    const p = data[at]!
    if (p > max) max = p
    else if (Number.isNaN(p)) return NaN
  }
  return max
}
