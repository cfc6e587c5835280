import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'

/** A head's parameters: weights `[d, k]` and bias `[1, k]`. */
interface Parameters {
  readonly weights: Matrix
  readonly bias: Matrix
}

/** One part of a head's loss over its own items: the summed loss and its gradients. */
export type LossTerm = (head: Parameters) => Promise<{
  readonly loss: number
  readonly weightGradient: Float32Array
  readonly biasGradient: Float32Array
}>

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

/**
 * `-Σ ln Σ_y p(y) exp(E[y])`, with gradient `p - q`, `q ∝ p ∘ exp(E)`, in the logits.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Log-likelihoods, shape `[n, k]`.
 * @param counts - How much each item counts, shape `[n]`. Default 1 each.
 */
export function evidenceTerm(features: Matrix, evidence: Matrix, counts?: Float32Array): LossTerm {
  const count = matrix(features.rows, 1, counts ?? new Float32Array(features.rows).fill(1))
  return async (head) => read(await evidenceLoss({ x: features, evidence, count, ...head }))
}

const groupLoss = makeKernel((g) => {
  const x = g.input('x', ['n', 'd'])
  const targets = g.input('targets', ['n', 'c'])
  const probs = g.softmax(g.add(g.matmul(x, g.input('weights', ['d', 'k'])), g.input('bias', [1, 'k'])))
  const grouped = g.add(g.matmul(probs, g.input('groups', ['k', 'c'])), g.constant(Float32Array.of(1e-9), [1]))
  const share = g.matmul(g.divide(targets, grouped), g.input('members', ['c', 'k']))
  const residual = g.multiply(g.subtract(probs, g.multiply(probs, share)), g.input('scale', [1, 1]))
  return {
    loss: g.sum(g.multiply(g.multiply(targets, g.log(grouped)), g.input('minusScale', [1, 1]))),
    weightGradient: g.matmulTransposed(x, residual),
    biasGradient: g.sum(residual, 0),
  }
})

/** Soft labels at one level of the taxonomy: what a head is taught where nobody knows the class for sure. */
export interface SoftLabels {
  /** Index of each item, shape `[n]`. */
  readonly items: Int32Array
  /** Probability of each class of the level, rows sum to 1, shape `[n, c]`. */
  readonly targets: Matrix
  /** The class of the level to which each fine class belongs, shape `[k]`. */
  readonly groupOf: Int32Array
  /** How much each item counts. */
  readonly weight: number
}

/**
 * `-Σ_i Σ_g Q[i, g] ln Σ_{y in g} p(y)`: cross-entropy with soft labels at any level. Inside a group the head is free.
 *
 * @param features - Of the items, in order, shape `[n, d]`.
 */
export function softLabelTerm(features: Matrix, { targets, groupOf, weight }: Omit<SoftLabels, 'items'>): LossTerm {
  const [k, c] = [groupOf.length, targets.cols]
  const groups = matrix(k, c)
  const members = matrix(c, k)
  groupOf.forEach((group, y) => {
    groups.data[y * c + group] = 1
    members.data[group * k + y] = 1
  })
  const scale = matrix(1, 1, Float32Array.of(weight))
  const minusScale = matrix(1, 1, Float32Array.of(-weight))
  return async (head) => read(await groupLoss({ x: features, targets, groups, members, scale, minusScale, ...head }))
}

function read({ loss, weightGradient, biasGradient }: Record<string, Matrix>): Awaited<ReturnType<LossTerm>> {
  return { loss: loss!.data[0]!, weightGradient: weightGradient!.data, biasGradient: biasGradient!.data }
}
