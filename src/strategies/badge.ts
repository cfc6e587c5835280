import { d2Sample } from '../tensor/d2-sampling.ts'
import { squaredLengths } from '../tensor/distances.ts'
import { argmaxRows, gatherRows, type Matrix } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { gradientDistances } from './gradient-distances.ts'
import type { QueryStrategy } from './query-strategy.ts'

/**
 * BADGE: D² sampling among the gradients that the head's last layer would get if its guess were right, so that items are far from each
 * other and uncertain. The first is the one with the largest gradient.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`, `bad-feature-value`: see `checkPool`.
 * @see Ash et al., Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds, ICLR 2020, algorithm 1.
 */
export const badge: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'predProbs', 'features')
  const { predProbs, features, candidates } = pool
  if (candidates.length === 0) return new Int32Array(0)
  const residuals = gatherRows(predProbs, candidates)
  const guesses = argmaxRows(residuals)
  for (let at = 0; at < residuals.data.length; at++) residuals.data[at] = -residuals.data[at]!
  guesses.forEach((guess, i) => (residuals.data[i * residuals.cols + guess]! += 1))
  const distances = gradientDistances(residuals, ofUsualSize(gatherRows(features, candidates)))
  const first = distances.squaredNorms.reduce((best, norm, i, norms) => (norm > norms[best]! ? i : best), 0)
  return (await d2Sample(distances, batchSize, rng, { first })).map((place) => candidates[place]!)
}

/** In place, by a power of two: D² sampling does not ask how large everything is, but 32-bit products of very large numbers overflow. */
function ofUsualSize(features: Matrix): Matrix {
  const longest = squaredLengths(features).reduce((most, squared) => Math.max(most, squared), 0)
  const scale = longest > 0 ? 2 ** -Math.round(Math.log2(longest) / 2) : 1
  for (let at = 0; at < features.data.length; at++) features.data[at]! *= scale
  return features
}
