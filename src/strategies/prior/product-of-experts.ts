import { LabelwrightError } from '../../core/error.ts'
import { matrix, type Matrix } from '../../tensor/matrix.ts'

/** No expert rules a class out: a zero would be a veto. */
const leastProb = 1e-12

/**
 * What two experts hold together: `p_i q_i / Σ_j p_j q_j`, row by row.
 *
 * No entry counts as less than 1e-12. So two experts that leave no class in common are believed half each: where all products vanish, the
 * floor's share of each expert is all there is, and their sum is the mean of both.
 *
 * @param p - Shape `[n, k]`, rows sum to 1.
 * @param q - Shape `[n, k]`, rows sum to 1.
 * @returns Shape `[n, k]`, rows sum to 1.
 * @throws {@link LabelwrightError} `length-mismatch` where the experts speak of other items or classes.
 * @see Hinton, Training Products of Experts by Minimizing Contrastive Divergence, Neural Computation 2002.
 */
export function productOfExperts(p: Matrix, q: Matrix): Matrix {
  if (p.rows !== q.rows || p.cols !== q.cols) {
    throw new LabelwrightError(
      'length-mismatch',
      `One expert speaks of ${p.rows} items and ${p.cols} classes, the other of ${q.rows} and ${q.cols}.`,
      'Pass the probabilities of the same items and classes, in the same order.',
    )
  }
  const product = matrix(p.rows, p.cols)
  const joint = new Float64Array(p.cols)
  for (let start = 0; start < p.data.length; start += p.cols) {
    let sum = 0
    for (let y = 0; y < p.cols; y++) {
      sum += joint[y] = Math.max(p.data[start + y]!, leastProb) * Math.max(q.data[start + y]!, leastProb)
    }
    for (let y = 0; y < p.cols; y++) product.data[start + y] = joint[y]! / sum
  }
  return product
}
