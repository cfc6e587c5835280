import { makeKernel } from '../tensor/kernel.ts'
import { argmaxRows, type Matrix } from '../tensor/matrix.ts'
import { itemWeights } from './class-weights.ts'
import { fitTerms, type FitOptions } from './fit-terms.ts'
import { classProbs, evidenceTerm, type LinearHead } from './head-loss.ts'
import { predictPlainly } from './learner.ts'

export type { LinearHead } from './head-loss.ts'

export interface LinearHeadOptions extends FitOptions {
  /** How much each row counts, shape `[n]`. Default 1 each. */
  readonly sampleWeights?: Float32Array
  /** How much the items of each class count, shape `[k]`, or `n / (k n_y)`; an item's class is the one its evidence is most for. Default 1. */
  readonly classWeights?: 'balanced' | Float32Array
}

const headProbs = makeKernel((g) => ({ probs: classProbs(g).probs }))

/**
 * Fits a softmax head from evidence, whatever mixture of plain, coarse, soft and noisy labels it came from, by maximising
 * `Σ ln Σ_y p(y) exp(E[y])` with L-BFGS. The gradient in the logits is `p - q` with `q ∝ p ∘ exp(E)`: one rule covers cross-entropy
 * (q one-hot), coarse labels, soft labels and forward correction with a transition matrix.
 *
 * The problem is convex for plain labels only; elsewhere the result depends on the start, which is zeros by default.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Log-likelihood of all that was said about each item, per class, shape `[n, k]`. See {@link labelEvidence}.
 * @throws {@link LabelwrightError} `length-mismatch` when the rows or weights differ in number, `bad-shape` when the warm start is of another shape,
 *   `bad-option` for a penalty that is no number from 0, `not-finite` when a value is NaN or infinite, a weight below 0, or an
 *   item's evidence rules out every class.
 * @see Patrini et al., Making Deep Neural Networks Robust to Label Noise, CVPR 2017, section 4.2 (forward correction).
 * @example
 * ```ts
 * const head = await fitLinearHead(embeddings, labelEvidence(labels, 10))
 * const predProbs = await predictProbs(head, embeddings)
 * ```
 */
export async function fitLinearHead(
  features: Matrix,
  evidence: Matrix,
  options: LinearHeadOptions = {},
): Promise<LinearHead> {
  const { sampleWeights, classWeights, ...fitOptions } = options
  const counts = itemWeights(argmaxRows(evidence), evidence.cols, {
    ...(sampleWeights && { sampleWeights }),
    ...(classWeights && { classWeights }),
  })
  return fitTerms([evidenceTerm(features, evidence, counts)], { d: features.cols, k: evidence.cols }, fitOptions)
}

/**
 * The head's class probabilities.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n, k]`, rows summing to 1.
 * @throws {@link LabelwrightError} `bad-shape` for features of another width, `not-finite` when a feature or weight is NaN or infinite.
 */
export function predictProbs(head: LinearHead, features: Matrix): Promise<Matrix> {
  const { rows: d, cols: k } = head.weights
  const predict = async (x: Matrix): Promise<Matrix> => (await headProbs({ x, ...head })).probs!
  return predictPlainly(features, { d, k, bytesPerRow: 4 * (d + 3 * k) }, predict)
}
