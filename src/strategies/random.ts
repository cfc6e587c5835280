import { permutation } from '../core/rng.ts'
import type { QueryStrategy } from './query-strategy.ts'

/** Uniform without replacement. */
export const random: QueryStrategy = ({ candidates }, batchSize, rng) =>
  permutation(candidates.length, rng)
    .subarray(0, Math.max(0, batchSize))
    .map((place) => candidates[place]!)
