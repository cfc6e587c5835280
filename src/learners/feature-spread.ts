import type { LossTerm } from './head-loss.ts'

/** So many items per term tell enough about means and spreads. */
const sampleSize = 4096

/** The mean feature of what the terms teach, from an even sample of the items; shape `[d]`. */
export function centreOf(terms: readonly LossTerm[], d: number): Float64Array {
  const centre = new Float64Array(d)
  const total = overSample(terms, (row, count) => {
    for (let j = 0; j < d; j++) centre[j]! += count * row[j]!
  })
  if (total > 0) for (let j = 0; j < d; j++) centre[j]! /= total
  return centre
}

/**
 * A guess at the second derivatives of the summed losses and the penalty, shape `[d * k + k]`, positive.
 *
 * Newton's own guess would take each feature's variance. Its root, in units of the mean variance, lies between that and treating all features
 * alike; measured on features of decaying scale it needs half the iterations of either, as both rare strong and many weak features matter.
 * At zero weights the factor is `1 / k`; with many classes a first step of that length would overshoot in the weights, as probabilities saturate.
 */
export function curvatureOf(
  terms: readonly LossTerm[],
  centre: Float64Array,
  { k, l2 }: { readonly k: number; readonly l2: number },
): Float64Array {
  const d = centre.length
  const spread = new Float64Array(d)
  const total = overSample(terms, (row, count) => {
    for (let j = 0; j < d; j++) spread[j]! += count * (row[j]! - centre[j]!) ** 2
  })
  const mean = spread.reduce((sum, s) => sum + s / d, 0)
  const factor = Math.max(0.1, 1 / k)
  const curvature = new Float64Array((d + 1) * k)
  for (let j = 0; j < d; j++) {
    curvature.fill(factor * Math.sqrt(mean * Math.max(spread[j]!, 1e-3 * mean)) + l2 || 1, j * k, (j + 1) * k)
  }
  return curvature.fill(total / k || 1, d * k)
}

/** Visits an even sample of each term's items, each counting for those between; returns how much all items count. */
function overSample(terms: readonly LossTerm[], visit: (row: Float32Array, count: number) => void): number {
  let total = 0
  for (const { features, counts } of terms) {
    const size = Math.min(features.rows, sampleSize)
    for (let s = 0; s < size; s++) {
      const i = Math.floor((s * features.rows) / size)
      const count = (counts[i]! * features.rows) / size
      visit(features.data.subarray(i * features.cols, (i + 1) * features.cols), count)
      total += count
    }
  }
  return total
}
