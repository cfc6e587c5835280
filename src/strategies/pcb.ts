import { margin } from './margin.ts'
import type { QueryStrategy } from './query-strategy.ts'

/** Placeholder until it is built. */
export const pcb: QueryStrategy = (pool, batchSize, rng) => margin(pool, batchSize, rng)
