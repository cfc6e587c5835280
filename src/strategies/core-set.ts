import { trustedRows } from '../channels/channel.ts'
import { euclideanDistances } from '../tensor/distances.ts'
import { farthestFirst } from '../tensor/farthest-first.ts'
import { checkPool } from './check-pool.ts'
import type { QueryStrategy } from './query-strategy.ts'

/**
 * CoreSet: greedy k-center in feature space. Each pick is the item farthest from all labelled and picked ones.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`: see `checkPool`.
 * @see Sener, Savarese, Active Learning for Convolutional Neural Networks: A Core-Set Approach, ICLR 2018, algorithm 1.
 */
export const coreSet: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const { features, labels, candidates } = pool
  return farthestFirst(euclideanDistances(features), batchSize, rng, { centres: trustedRows(labels), candidates })
}
