import { batchOf, type QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

/**
 * A strategy that leaves a share of each batch to chance, uniformly among what it has not chosen: against blind spots of the model that it asks.
 *
 * @param share - From 0 to 1, rounded to whole items; those chosen by the strategy come first.
 */
export function mixRandom(strategy: QueryStrategy, share: number): QueryStrategy {
  return async (pool, batchSize, rng) => {
    const size = batchOf(pool.candidates, batchSize)
    const byChance = Math.round(Math.min(1, Math.max(0, share)) * size)
    const chosen = new Set(await strategy(pool, size - byChance, rng))
    const rest = pool.candidates.filter((item) => !chosen.has(item))
    for (const item of await random({ ...pool, candidates: rest }, byChance, rng)) chosen.add(item)
    return Int32Array.from(chosen)
  }
}
