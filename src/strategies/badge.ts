import { d2Sample } from '../tensor/d2-sampling.ts'
import { argmaxRows, gatherRows, matrix } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { gradientDistances } from './gradient-distances.ts'
import type { QueryStrategy } from './query-strategy.ts'

/**
 * BADGE: D² sampling among the gradients that the head's last layer would get if its guess were right, so that items are far from each
 * other and uncertain. The first is the one with the largest gradient.
 *
 * @see Ash et al., Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds, ICLR 2020, algorithm 1.
 */
export const badge: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'predProbs', 'features')
  const { predProbs, features, candidates } = pool
  if (candidates.length === 0) return new Int32Array(0)
  const probs = gatherRows(predProbs, candidates)
  const guesses = argmaxRows(probs)
  const residuals = matrix(
    probs.rows,
    probs.cols,
    probs.data.map((p) => -p),
  )
  guesses.forEach((guess, i) => (residuals.data[i * probs.cols + guess]! += 1))
  const distances = gradientDistances(residuals, gatherRows(features, candidates))
  const first = distances.squaredNorms.reduce((best, norm, i, norms) => (norm > norms[best]! ? i : best), 0)
  return (await d2Sample(distances, batchSize, rng, { first })).map((place) => candidates[place]!)
}
