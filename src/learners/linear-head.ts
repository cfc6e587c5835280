import { LabelwrightError } from '../core/error.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
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

const evidenceLoss = makeKernel((g) => {
  const x = g.input('x', ['n', 'd'])
  const evidence = g.input('evidence', ['n', 'k'])
  const count = g.input('count', ['n', 1])
  const logits = g.add(g.matmul(x, g.input('weights', ['d', 'k'])), g.input('bias', [1, 'k']))
  const informed = g.add(logits, evidence)
  const loss = g.subtract(g.logSumExp(logits, 1), g.logSumExp(informed, 1))
  const residual = g.multiply(g.subtract(g.softmax(logits), g.softmax(informed)), count)
  return {
    loss: g.sum(g.multiply(loss, count)),
    weightGradient: g.matmulTransposed(x, residual),
    biasGradient: g.sum(residual, 0),
  }
})

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
 * @throws {@link LabelwrightError} `length-mismatch` when the rows differ in number.
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
  const { l2 = 1, sampleWeights, warmStart, maxIterations = 200 } = options
  const [d, k] = [features.cols, evidence.cols]
  const count = matrix(features.rows, 1, sampleWeights ?? new Float32Array(features.rows).fill(1))
  const start = new Float64Array((d + 1) * k)
  if (warmStart) {
    start.set(warmStart.weights.data)
    start.set(warmStart.bias.data, d * k)
  }
  const objective = async (x: Float64Array) => {
    const head = unpack(x, d, k)
    const { loss, weightGradient, biasGradient } = await evidenceLoss({ x: features, evidence, count, ...head })
    const gradient = new Float64Array(x.length)
    gradient.set(weightGradient!.data)
    gradient.set(biasGradient!.data, d * k)
    let penalty = 0
    for (let j = 0; j < d * k; j++) {
      penalty += x[j]! * x[j]!
      gradient[j]! += l2 * x[j]!
    }
    return { value: loss!.data[0]! + (l2 / 2) * penalty, gradient }
  }
  const { x } = await minimizeLbfgs(objective, start, { maxIterations, gradientTolerance: 1e-3, valueTolerance: 1e-6 })
  return unpack(x, d, k)
}

/**
 * The head's class probabilities.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n, k]`, rows summing to 1.
 */
export async function predictProbs(head: LinearHead, features: Matrix): Promise<Matrix> {
  return (await headProbs({ x: features, ...head })).probs!
}

function unpack(x: Float64Array, d: number, k: number): { weights: Matrix; bias: Matrix } {
  return {
    weights: matrix(d, k, Float32Array.from(x.subarray(0, d * k))),
    bias: matrix(1, k, Float32Array.from(x.subarray(d * k))),
  }
}
