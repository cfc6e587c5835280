import { permutation } from '../core/rng.ts'
import { gatherRows } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

/**
 * A strategy for large pools: where there are more than `size` items, it sees those that have a label and `size` of the candidates, drawn at
 * random; more only where the batch is larger.
 *
 * @throws {@link LabelwrightError} as of {@link checkPool}, and of the strategy.
 * @example
 * ```ts
 * const next = await subsample(badge, 50_000)(pool, 100, makeRng(1, 'choose'))
 * ```
 */
export function subsample(strategy: QueryStrategy, size: number): QueryStrategy {
  return async (pool, batchSize, rng) => {
    const { predProbs, candidates, features, labels } = pool
    if (labels.length <= size) return strategy(pool, batchSize, rng)
    // Here, where items still have their own numbers for a message to name.
    checkPool(pool, 'predProbs', 'features')
    const drawn = permutation(candidates.length, rng).subarray(0, Math.max(size, batchOf(candidates, batchSize)))
    const isCandidate = new Uint8Array(labels.length)
    for (const place of drawn) isCandidate[candidates[place]!] = 1
    const kept = Int32Array.from(labels.keys()).filter((item) => isCandidate[item] || labels[item]! >= 0)
    const smaller = {
      ...pool,
      predProbs: gatherRows(predProbs, kept),
      candidates: Int32Array.from(kept.keys()).filter((place) => isCandidate[kept[place]!]),
      features: gatherRows(features, kept),
      labels: kept.map((item) => labels[item]!),
    }
    const chosen = await strategy(smaller, batchSize, rng)
    return chosen.map((place) => kept[place]!)
  }
}
