import { LabelwrightError } from '../core/error.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { evidenceTerm, type LossTerm } from './head-loss.ts'
import { minimizeLbfgs } from './lbfgs.ts'

/** A softmax head: `p = softmax(x · weights + bias)`. */
export interface LinearHead {
  /** Shape `[d, k]`. */
  readonly weights: Matrix
  /** Shape `[1, k]`. */
  readonly bias: Matrix
}

export interface LinearHeadOptions {
  /** Strength of the penalty `l2 / 2 · ‖weights‖²` beside the summed loss; the bias is free. Default 1. */
  readonly l2?: number
  /** How much each row counts, shape `[n]`. Default 1 each. */
  readonly sampleWeights?: Float32Array
  /** Where to start. Default: zeros. */
  readonly warmStart?: LinearHead
  /** Default 200. */
  readonly maxIterations?: number
}

const headProbs = makeKernel((g) => {
  const product = g.matmul(g.input('x', ['n', 'd']), g.input('weights', ['d', 'k']))
  return { probs: g.softmax(g.add(product, g.input('bias', [1, 'k']))) }
})

/**
 * Fits a softmax head from evidence, whatever mixture of plain, coarse, soft and noisy labels it came from, by maximising
 * `Σ ln Σ_y p(y) exp(E[y])` with L-BFGS. The gradient in the logits is `p - q` with `q ∝ p ∘ exp(E)`: one rule covers cross-entropy
 * (q one-hot), coarse labels, soft labels and forward correction with a transition matrix.
 *
 * The problem is convex for plain labels only; elsewhere the result depends on the start, which is zeros by default.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Log-likelihood of all that was said about each item, per class, shape `[n, k]`. See {@link labelEvidence}.
 * @throws {@link LabelwrightError} `length-mismatch` when the rows differ in number, `bad-shape` when the warm start is of another shape,
 *   `not-finite` when a value is NaN or infinite, or an item's evidence rules out every class.
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
  if (features.rows !== evidence.rows) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got features of ${features.rows} items but evidence on ${evidence.rows}.`,
      'Pass both over the same items, in the same order.',
    )
  }
  const { sampleWeights, ...rest } = options
  if (sampleWeights && sampleWeights.length !== features.rows) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got features of ${features.rows} items but ${sampleWeights.length} sample weights.`,
      'Pass one weight per item, in the same order.',
    )
  }
  return fitTerms([evidenceTerm(features, evidence, sampleWeights)], { d: features.cols, k: evidence.cols }, rest)
}

/**
 * Fits a head of `d` features and `k` classes to the sum of several losses, by L-BFGS.
 *
 * @throws {@link LabelwrightError} `bad-shape` when the warm start is of another shape, `not-finite`.
 */
export async function fitTerms(
  terms: readonly LossTerm[],
  { d, k }: { readonly d: number; readonly k: number },
  options: Omit<LinearHeadOptions, 'sampleWeights'>,
): Promise<LinearHead> {
  const { l2 = 1, warmStart, maxIterations = 200 } = options
  const start = new Float64Array((d + 1) * k)
  if (warmStart) {
    const { weights } = warmStart
    if (weights.rows !== d || weights.cols !== k) {
      throw new LabelwrightError(
        'bad-shape',
        `The warm start is a head of ${weights.rows} features and ${weights.cols} classes, not of ${d} and ${k}.`,
        'Start from a head of the same shape, or from none.',
      )
    }
    start.set(weights.data)
    start.set(warmStart.bias.data, d * k)
  }
  const objective = async (x: Float64Array) => {
    const head = unpack(x, d, k)
    const gradient = new Float64Array(x.length)
    let value = 0
    for (let j = 0; j < d * k; j++) {
      value += (l2 / 2) * x[j]! * x[j]!
      gradient[j] = l2 * x[j]!
    }
    for (const term of terms) {
      const { loss, weightGradient, biasGradient } = await term(head)
      value += loss
      for (let j = 0; j < d * k; j++) gradient[j]! += weightGradient[j]!
      for (let j = 0; j < k; j++) gradient[d * k + j]! += biasGradient[j]!
    }
    return { value, gradient }
  }
  const { x, value } = await minimizeLbfgs(objective, start, {
    maxIterations,
    gradientTolerance: 1e-3,
    valueTolerance: 1e-6,
  })
  // The best value is not a number only where the first was not: the line search takes no step to such a point.
  if (!Number.isFinite(value)) throw notFinite('The features, the evidence or the sample weights')
  return unpack(x, d, k)
}

/**
 * The head's class probabilities.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n, k]`, rows summing to 1.
 * @throws {@link LabelwrightError} `not-finite` when a feature or weight is NaN or infinite.
 */
export async function predictProbs(head: LinearHead, features: Matrix): Promise<Matrix> {
  const probs = (await headProbs({ x: features, ...head })).probs!
  // One NaN among a row's logits makes the whole row NaN.
  for (let at = 0; at < probs.data.length; at += probs.cols)
    if (Number.isNaN(probs.data[at])) throw notFinite('The features or the head')
  return probs
}

function notFinite(subject: string): LabelwrightError {
  return new LabelwrightError(
    'not-finite',
    `${subject} hold a value that is not finite.`,
    'Look for NaN and Infinity, and for an item whose evidence rules out every class.',
  )
}

function unpack(x: Float64Array, d: number, k: number): { weights: Matrix; bias: Matrix } {
  return {
    weights: matrix(d, k, Float32Array.from(x.subarray(0, d * k))),
    bias: matrix(1, k, Float32Array.from(x.subarray(d * k))),
  }
}
