import { permutation } from '../core/rng.ts'
import { checkPool } from './check-pool.ts'
import type { QueryStrategy } from './query-strategy.ts'

/**
 * Uniform without replacement.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`: see `checkPool`.
 */
export const random: QueryStrategy = (pool, batchSize, rng) => {
  checkPool(pool)
  const { candidates } = pool
  return permutation(candidates.length, rng)
    .subarray(0, Math.max(0, batchSize))
    .map((place) => candidates[place]!)
}
