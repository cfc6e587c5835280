import { makeKernel, type Kernel } from '../tensor/kernel.ts'
import { matrix, rowChunks, rowsView, type Matrix } from '../tensor/matrix.ts'
import type { GraphBuilder, Value } from '../tensor/onnx/graph.ts'
import { checkIndices, checkLengths } from './label-checks.ts'

/** A softmax head: `p = softmax(x · weights + bias)`. */
export interface LinearHead {
  /** Shape `[d, k]`. */
  readonly weights: Matrix
  /** Shape `[1, k]`. */
  readonly bias: Matrix
}

/** One part of a head's loss, over its own items. */
export interface LossTerm {
  /** Shape `[n, d]`. */
  readonly features: Matrix
  /** How much each item counts, shape `[n]`. */
  readonly counts: Float32Array
  /** Adds the gradient in the weights, then in the bias (shape `[d * k + k]`), to `gradient`; returns the summed loss. */
  readonly evaluate: (head: LinearHead, gradient: Float64Array) => Promise<number>
}

/** What a kernel finds on some rows: each item's `loss`, `[n, 1]`, and the summed `weightGradient` `[d, k]` and `biasGradient` `[1, k]`. */
export function lossOutputs(g: GraphBuilder, x: Value, loss: Value, residual: Value): Record<string, Value> {
  return { loss, weightGradient: g.matmulTransposed(x, residual), biasGradient: g.sum(residual, 0) }
}

/** Intermediate results of about this size stay in the cache between one operator and the next. */
const cacheBytes = 1 << 23
/** 32-bit sums over more rows would lose digits. */
const mostRows = 4096

/**
 * A term of a kernel that takes the features as `x`, `count`, `weights`, `bias` and more inputs, and returns {@link lossOutputs}.
 * It runs on some rows at a time; what it finds is summed in 64 bits. Items count 1 each where `counts` are undefined.
 */
export function kernelTerm(
  kernel: Kernel,
  features: Matrix,
  counts: Float32Array = new Float32Array(features.rows).fill(1),
  { byItem, shared = {} }: { byItem: () => Promise<Record<string, Matrix>>; shared?: Record<string, Matrix> },
): LossTerm {
  const count = matrix(features.rows, 1, counts)
  let rows: Promise<Record<string, Matrix>> | undefined
  return {
    features,
    counts,
    evaluate: async (head, gradient) => {
      rows ??= byItem().then((more) => ({ x: features, count, ...more }))
      const inputs = Object.entries(await rows)
      let loss = 0
      const bytesPerRow = Math.max(4 * (features.cols + 4 * head.bias.cols), cacheBytes / mostRows)
      for (const { from, to } of rowChunks(features.rows, bytesPerRow, cacheBytes)) {
        const views = Object.fromEntries(inputs.map(([name, m]) => [name, rowsView(m, from, to)]))
        const found = await kernel({ ...views, ...shared, weights: head.weights, bias: head.bias })
        for (const itemLoss of found['loss']!.data) loss += itemLoss
        add(gradient, found['weightGradient']!.data, 0)
        add(gradient, found['biasGradient']!.data, head.weights.data.length)
      }
      return loss
    },
  }
}

function add(target: Float64Array, source: Float32Array, offset: number): void {
  for (let j = 0; j < source.length; j++) target[offset + j]! += source[j]!
}

/** `softmax(x · weights + bias)` and its inputs. */
export function classProbs(g: GraphBuilder): { readonly x: Value; readonly probs: Value } {
  const x = g.input('x', ['n', 'd'])
  const product = g.matmul(x, g.input('weights', ['d', 'k']))
  return { x, probs: g.softmax(g.add(product, g.input('bias', [1, 'k']))) }
}

/** Near the smallest 32-bit number: a class cannot be less likely. */
export const leastProb: Float32Array = Float32Array.of(1e-37)

const evidenceLoss = makeKernel((g) => {
  const { x, probs } = classProbs(g)
  const [likelihood, count] = [g.input('likelihood', ['n', 'k']), g.input('count', ['n', 1])]
  const said = g.larger(g.sum(g.multiply(probs, likelihood), 1), g.constant(leastProb, [1, 1]))
  const residual = g.multiply(probs, g.subtract(count, g.multiply(likelihood, g.divide(count, said))))
  const minus = g.subtract(g.constant(Float32Array.of(0), [1, 1]), count)
  return lossOutputs(g, x, g.multiply(g.log(said), minus), residual)
})

const likelihoods = makeKernel((g) => {
  const evidence = g.input('evidence', ['n', 'k'])
  return { likelihood: g.exp(g.subtract(evidence, g.max(evidence, 1))) }
})

/**
 * `-Σ ln Σ_y p(y) exp(E[y] - max E)`, with gradient `p - q`, `q ∝ p ∘ exp(E)`, in the logits. What is common to all classes is left out, as
 * no head can change it: a tolerance relative to the loss would grow with it.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Log-likelihoods, shape `[n, k]`.
 * @param counts - How much each item counts, shape `[n]`. Default 1 each.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-shape` for another number of counts.
 * @see Patrini et al., Making Deep Neural Networks Robust to Label Noise, CVPR 2017, section 4.2, of which this is the general form.
 */
export function evidenceTerm(features: Matrix, evidence: Matrix, counts?: Float32Array): LossTerm {
  checkLengths('rows of evidence', { length: features.rows }, evidence.rows)
  return kernelTerm(evidenceLoss, features, counts, { byItem: () => likelihoods({ evidence }) })
}

const groupLoss = makeKernel((g) => {
  const { x, probs } = classProbs(g)
  const [targets, count] = [g.input('targets', ['n', 'c']), g.input('count', ['n', 1])]
  const grouped = g.add(g.matmul(probs, g.input('groups', ['k', 'c'])), g.constant(Float32Array.of(1e-9), [1]))
  const share = g.matmul(g.divide(targets, grouped), g.input('members', ['c', 'k']))
  const residual = g.multiply(g.subtract(probs, g.multiply(probs, share)), count)
  const minus = g.subtract(g.constant(Float32Array.of(0), [1, 1]), count)
  return lossOutputs(g, x, g.multiply(g.sum(g.multiply(targets, g.log(grouped)), 1), minus), residual)
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
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label` when a class belongs to no group.
 */
export function softLabelTerm(features: Matrix, { targets, groupOf, weight }: Omit<SoftLabels, 'items'>): LossTerm {
  const [k, c] = [groupOf.length, targets.cols]
  checkLengths('soft labels', { length: features.rows }, targets.rows)
  checkIndices('group', groupOf, c)
  const groups = matrix(k, c)
  const members = matrix(c, k)
  groupOf.forEach((group, y) => {
    groups.data[y * c + group] = 1
    members.data[group * k + y] = 1
  })
  const counts = new Float32Array(features.rows).fill(weight)
  return kernelTerm(groupLoss, features, counts, { byItem: async () => ({ targets }), shared: { groups, members } })
}
