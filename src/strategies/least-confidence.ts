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
  const { data, cols } = pool.predProbs
  return largest(pool.candidates, batchSize, (item) => {
    let max = 0
    for (let at = item * cols; at < (item + 1) * cols; at++) {
      const p = data[at]!
      if (p > max) max = p
      else if (Number.isNaN(p)) return NaN
    }
    return -max
  })
}
