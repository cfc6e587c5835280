import { LabelwrightError } from '../core/error.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { classProbs, kernelTerm, leastProb, lossOutputs, type LossTerm } from './head-loss.ts'
import { inverse } from './inverse.ts'
import { checkIndices, checkLengths, checkTransition } from './label-checks.ts'

const powerLoss = makeKernel((g) => {
  const { x, probs } = classProbs(g)
  const [labels, count, q] = [g.input('labels', ['n', 'k']), g.input('count', ['n', 1]), g.input('q', [1, 1])]
  const given = g.larger(g.sum(g.multiply(probs, labels), 1), g.constant(leastProb, [1, 1]))
  const power = g.exp(g.multiply(g.log(given), q))
  const loss = g.divide(g.subtract(count, g.multiply(power, count)), q)
  return lossOutputs(g, x, loss, g.multiply(g.subtract(probs, labels), g.multiply(power, count)))
})

/**
 * Generalized cross-entropy `Σ (1 - p[y]^q) / q`: between cross-entropy (q near 0) and the mean absolute error (q = 1), which wrong labels
 * bend least. It is not convex: start from a head fitted with cross-entropy.
 *
 * @param features - Shape `[n, d]`.
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @param options.q - In `(0, 1]`. Default 0.7.
 * @param options.counts - How much each item counts, shape `[n]`. Default 1 each.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-option` for another q, `bad-shape` for another number of counts.
 * @see Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, NeurIPS 2018.
 */
export function generalizedCrossEntropyTerm(
  features: Matrix,
  labels: Int32Array,
  k: number,
  { q = 0.7, counts }: { readonly q?: number; readonly counts?: Float32Array } = {},
): LossTerm {
  check(features, labels, k)
  if (!(q > 0 && q <= 1)) throw new LabelwrightError('bad-option', `The power q is ${q}.`, 'Give one above 0, up to 1.')
  const byItem = async () => ({ labels: gathered(labels, k, (y, given) => (y === given ? 1 : 0)) })
  return kernelTerm(powerLoss, features, counts, { byItem, shared: { q: matrix(1, 1, Float32Array.of(q)) } })
}

const linearLoss = makeKernel((g) => {
  const { x, probs } = classProbs(g)
  const [targets, count] = [g.input('targets', ['n', 'k']), g.input('count', ['n', 1])]
  const logs = g.log(g.larger(probs, g.constant(leastProb, [1, 1])))
  const loss = g.multiply(
    g.sum(g.multiply(targets, logs), 1),
    g.subtract(g.constant(Float32Array.of(0), [1, 1]), count),
  )
  return lossOutputs(g, x, loss, g.multiply(g.subtract(probs, targets), count))
})

/**
 * Backward-corrected cross-entropy `-Σ_i Σ_j T⁻¹[y_i, j] ln p_j`: over the noise, its mean is the loss of the true labels. Convex, but it may
 * be negative, and it varies much where `T⁻¹` is large: mind the penalty. Forward correction is plain evidence, `E[i, j] = ln T[j, y_i]`.
 *
 * @param features - Shape `[n, d]`.
 * @param labels - Observed class of each item, shape `[n]`, values in `0..k-1`.
 * @param transition - `T[i, j] = P(observed j | truly i)`, shape `[k, k]`, rows sum to 1.
 * @param counts - How much each item counts, shape `[n]`. Default 1 each.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability` when rows of the transition matrix are no probabilities,
 *   `bad-shape` when it is not square or has no inverse, or for another number of counts.
 * @see Patrini et al., Making Deep Neural Networks Robust to Label Noise, CVPR 2017, section 4.1.
 */
export function backwardTerm(
  features: Matrix,
  labels: Int32Array,
  transition: Matrix,
  counts?: Float32Array,
): LossTerm {
  const k = transition.rows
  check(features, labels, k)
  checkTransition(transition)
  const back = inverse(transition)
  const byItem = async () => ({ targets: gathered(labels, k, (y, observed) => back[observed * k + y]!) })
  return kernelTerm(linearLoss, features, counts, { byItem })
}

/** Row i holds `value(y, labels[i])` for each class y. */
function gathered(labels: Int32Array, k: number, value: (y: number, label: number) => number): Matrix {
  const values = matrix(labels.length, k)
  for (let i = 0, at = 0; i < labels.length; i++) {
    for (let y = 0; y < k; y++) values.data[at++] = value(y, labels[i]!)
  }
  return values
}

function check(features: Matrix, labels: Int32Array, k: number): void {
  checkLengths('labels', { length: features.rows }, labels.length)
  checkIndices('label', labels, k)
}
