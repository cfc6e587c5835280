import type { Matrix } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { largest, type QueryStrategy } from './query-strategy.ts'

/**
 * Margin sampling: smallest gap between the two likeliest classes first.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @see Scheffer, Decomain, Wrobel, Active Hidden Markov Models for Information Extraction, IDA 2001.
 */
export const margin: QueryStrategy = (pool, batchSize) => {
  checkPool(pool)
  return largest(pool.candidates, batchSize, (item) => -marginOf(pool.predProbs, item))
}

/** The largest minus the second largest probability of one row; 1 where there is one class only, NaN where one is. */
export function marginOf({ data, cols }: Matrix, item: number): number {
  let first = 0
  let second = 0
  for (let at = item * cols; at < (item + 1) * cols; at++) {
    const p = data[at]!
    if (p > first) {
      second = first
      first = p
    } else if (p > second) second = p
    else if (Number.isNaN(p)) return NaN
  }
  return first - second
}
