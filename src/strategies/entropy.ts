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
  const { data, cols } = pool.predProbs
  return largest(pool.candidates, batchSize, (item) => {
    let h = 0
    for (let at = item * cols; at < (item + 1) * cols; at++) if (data[at] !== 0) h -= data[at]! * Math.log(data[at]!)
    return h
  })
}
