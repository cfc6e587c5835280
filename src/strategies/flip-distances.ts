import { predictProbs, type LinearHead } from '../learners/linear-head.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'

const slopesAlongGradient = makeKernel((g) => {
  const weights = g.input('weights', ['d', 'k'])
  const gram = g.matmulTransposed(weights, weights)
  return { slopes: g.matmul(g.input('residuals', ['n', 'k']), gram) }
})

/**
 * How far each item has to move along the gradient `g = W (p - onehot)` of its likeliest class's loss until another class is likelier: logits
 * change linearly on that way, so a division says where they cross.
 *
 * This is all that ALFA-Mix's mixtures depend on. Its closed form, a mixing weight `a = eps |z| / |g| · g / z` for each feature with `z = anchor -
 * x`, moves `x` by `a z = eps |z| g / |g|`: the anchor says how far, never where.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n]`; Infinity where no other class ever gets likelier.
 * @see Parvaneh et al., Active Learning by Feature Mixing, CVPR 2022 (arXiv:2203.07034).
 */
export async function flipDistances(head: LinearHead, features: Matrix): Promise<Float64Array> {
  const probs = await predictProbs(head, features)
  const k = probs.cols
  const guesses = argmaxRows(probs)
  const residuals = matrix(probs.rows, k, probs.data.slice())
  guesses.forEach((guess, i) => (residuals.data[i * k + guess]! -= 1))
  const slopes = (await slopesAlongGradient({ residuals, weights: head.weights })).slopes!
  return Float64Array.from(guesses, (guess, i) => {
    const [p, residual, slope] = [row(probs, i), row(residuals, i), row(slopes, i)]
    const gradient = Math.sqrt(residual.reduce((sum, value, y) => sum + value * slope[y]!, 0))
    let least = Infinity
    for (let y = 0; y < k; y++) {
      const closing = (slope[y]! - slope[guess]!) / gradient
      if (closing > 0) least = Math.min(least, Math.log(p[guess]! / p[y]!) / closing)
    }
    return least
  })
}
