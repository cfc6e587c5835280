import { matrix, type Matrix } from '../tensor/matrix.ts'

const rounds = 100

/**
 * How much each of several predictions deserves in their mixture: the weights at which the mixture makes held-out labels likeliest, by
 * expectation maximisation, which finds the best, the problem being concave.
 *
 * @param likelihoods - Of each predictor, how likely it found what became known of each item, shape `[t]` each.
 * @returns Weights, from 0, summing to 1.
 * @see Wolpert, Stacked Generalization, 1992; Smyth, Wolpert, Linearly Combining Density Estimators via Stacking, 1999.
 */
export function stackingWeights(likelihoods: readonly Float64Array[]): number[] {
  const count = likelihoods.length
  const items = likelihoods[0]?.length ?? 0
  let weights = Array<number>(count).fill(1 / count)
  for (let round = 0; round < rounds && items > 0; round++) {
    const shares = Array<number>(count).fill(0)
    for (let i = 0; i < items; i++) {
      let sum = 0
      for (let m = 0; m < count; m++) sum += weights[m]! * likelihoods[m]![i]!
      if (sum > 0) for (let m = 0; m < count; m++) shares[m]! += (weights[m]! * likelihoods[m]![i]!) / sum
    }
    const total = shares.reduce((sum, share) => sum + share, 0)
    if (total === 0) break
    weights = shares.map((share) => share / total)
  }
  return weights
}

/** The mixture `Σ_m weights[m] · probs[m]`; shapes `[n, k]`. */
export function mixture(probs: readonly Matrix[], weights: readonly number[]): Matrix {
  const { rows, cols } = probs[0]!
  const mixed = matrix(rows, cols)
  probs.forEach(({ data }, m) => {
    const weight = weights[m]!
    if (weight > 0) for (let at = 0; at < data.length; at++) mixed.data[at]! += weight * data[at]!
  })
  return mixed
}
