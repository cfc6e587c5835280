import { makeKernel } from '../tensor/kernel.ts'
import type { Matrix } from '../tensor/matrix.ts'

/** A network with one hidden layer: `p = softmax(relu(x · hiddenWeights + hiddenBias) · outputWeights + outputBias)`. */
export interface MlpHead {
  /** Shape `[d, h]`. */
  readonly hiddenWeights: Matrix
  /** Shape `[1, h]`. */
  readonly hiddenBias: Matrix
  /** Shape `[h, k]`. */
  readonly outputWeights: Matrix
  /** Shape `[1, k]`. */
  readonly outputBias: Matrix
}

const evidenceLoss = makeKernel((g) => {
  const x = g.input('x', ['n', 'd'])
  const evidence = g.input('evidence', ['n', 'k'])
  const outputWeights = g.input('outputWeights', ['h', 'k'])
  const hidden = g.relu(g.add(g.matmul(x, g.input('hiddenWeights', ['d', 'h'])), g.input('hiddenBias', [1, 'h'])))
  const logits = g.add(g.matmul(hidden, outputWeights), g.input('outputBias', [1, 'k']))
  const informed = g.add(logits, evidence)
  const residual = g.subtract(g.softmax(logits), g.softmax(informed))
  const isActive = g.isLess(g.constant(Float32Array.of(0), [1]), hidden)
  const hiddenResidual = g.multiply(g.matmulByTransposed(residual, outputWeights), isActive)
  return {
    loss: g.sum(g.subtract(g.logSumExp(logits, 1), g.logSumExp(informed, 1))),
    hiddenWeightsGradient: g.matmulTransposed(x, hiddenResidual),
    hiddenBiasGradient: g.sum(hiddenResidual, 0),
    outputWeightsGradient: g.matmulTransposed(hidden, residual),
    outputBiasGradient: g.sum(residual, 0),
  }
})

/**
 * `-Σ ln Σ_y p(y) exp(E[y])`, the loss of the linear head, and its gradient: of the same form as the head.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Log-likelihoods, shape `[n, k]`.
 */
export async function mlpLoss(
  head: MlpHead,
  features: Matrix,
  evidence: Matrix,
): Promise<{ readonly loss: number; readonly gradient: MlpHead }> {
  const found = await evidenceLoss({ x: features, evidence, ...head })
  return {
    loss: found.loss!.data[0]!,
    gradient: {
      hiddenWeights: found.hiddenWeightsGradient!,
      hiddenBias: found.hiddenBiasGradient!,
      outputWeights: found.outputWeightsGradient!,
      outputBias: found.outputBiasGradient!,
    },
  }
}
