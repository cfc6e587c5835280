import { LabelwrightError } from '../core/error.ts'
import { permutation, type Rng } from '../core/rng.ts'
import { makeAdam } from '../tensor/adam.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { gatherRows, matrix, rowChunks, rowsView, type Matrix } from '../tensor/matrix.ts'
import { checkTask, predictByChunks, type Learner } from './learner.ts'
import { mlpLoss, type MlpHead } from './mlp-loss.ts'
import { standardScale, toStandardScale, type StandardScale } from './standard-scale.ts'

export interface MlpHeadOptions {
  /** Width of the hidden layer. Default 256. */
  readonly hidden?: number
  /** Default 0.001. */
  readonly learningRate?: number
  /** Decoupled (AdamW); biases do not decay. Default 1. */
  readonly weightDecay?: number
  /** Default 64. */
  readonly batchSize?: number
  /** Default 400. */
  readonly maxEpochs?: number
  /** The share of items held out to stop by. Default 0.1 from 1,000 items on; fewer can spare none, and 400 steps are taken instead. */
  readonly heldOutShare?: number
  /** Stops after this many epochs without a better held-out loss. Default 10. */
  readonly patience?: number
}

const fewestToHoldOut = 1000
/** As good as any stopping on 100 to 500 labels of CIFAR-100 and Grocery. */
const stepsWithoutHeldOut = 400

/**
 * Fits a network with one hidden layer of ReLUs from evidence, as `fitLinearHead` fits a linear head: mini-batches, Adam, and the epoch
 * with the best loss on held-out items.
 *
 * @param features - Shape `[n, d]`, of any scale: the network learns them shifted and scaled, and the returned weights have that undone.
 * @param evidence - Log-likelihood of all that was said about each item, per class, shape `[n, k]`.
 * @param rng - Draws the first weights, the held-out items and the batches.
 * @throws {@link LabelwrightError} As {@link Learner}; `bad-option` for a `heldOutShare` outside `[0, 1)`.
 * @see Rumelhart, Hinton, Williams, Learning Representations by Back-Propagating Errors, Nature 1986; Kingma and Ba, Adam, ICLR 2015.
 */
export async function fitMlpHead(
  features: Matrix,
  evidence: Matrix,
  rng: Rng,
  options: MlpHeadOptions = {},
): Promise<MlpHead> {
  checkTask({ features, evidence })
  const { hidden = 256, learningRate = 1e-3, weightDecay = 1, batchSize = 64, maxEpochs = 400 } = options
  const scale = standardScale(features)
  const take = (rows: Int32Array) =>
    [toStandardScale(gatherRows(features, rows), scale), gatherRows(evidence, rows)] as const
  const order = permutation(features.rows, rng)
  const { heldOutShare = features.rows < fewestToHoldOut ? 0 : 0.1 } = options
  if (!(heldOutShare >= 0 && heldOutShare < 1)) {
    throw new LabelwrightError('bad-option', `heldOutShare is ${heldOutShare}.`, 'Give a share from 0, below 1.')
  }
  const spare = Math.round(heldOutShare * features.rows)
  const heldOut = take(order.subarray(0, spare))
  const taught = order.subarray(spare)

  const head = firstHead({ d: features.cols, hidden, k: evidence.cols }, rng)
  const step = makeAdam(arraysOf(head).map((values, at) => ({ values, weightDecay: at < 2 ? weightDecay : 0 })))
  const [epochs, patience] =
    spare > 0
      ? [maxEpochs, options.patience ?? 10]
      : [Math.min(maxEpochs, Math.ceil((stepsWithoutHeldOut * batchSize) / taught.length)), Infinity]
  let best = { head, loss: Infinity, epoch: 0 }
  for (let epoch = 0; epoch < epochs && epoch - best.epoch < patience; epoch++) {
    const shuffled = permutation(taught.length, rng).map((place) => taught[place]!)
    for (let from = 0; from < taught.length; from += batchSize) {
      // The gradient of the sum, not the mean: Adam does not depend on its scale.
      const { gradient } = await mlpLoss(head, ...take(shuffled.subarray(from, from + batchSize)))
      step(arraysOf(gradient), learningRate)
    }
    if (spare === 0) continue
    const loss = await summedLoss(head, ...heldOut)
    if (loss < best.loss) best = { head: structuredClone(head), loss, epoch }
  }
  return onRawFeatures(best.head, scale)
}

async function summedLoss(head: MlpHead, features: Matrix, evidence: Matrix): Promise<number> {
  let sum = 0
  const bytesPerRow = 4 * (features.cols + head.hiddenBias.cols + evidence.cols)
  for (const { from, to } of rowChunks(features.rows, bytesPerRow)) {
    sum += (await mlpLoss(head, rowsView(features, from, to), rowsView(evidence, from, to))).loss
  }
  return sum
}

const networkProbs = makeKernel((g) => {
  const first = g.matmul(g.input('x', ['n', 'd']), g.input('hiddenWeights', ['d', 'h']))
  const hidden = g.relu(g.add(first, g.input('hiddenBias', [1, 'h'])))
  const logits = g.add(g.matmul(hidden, g.input('outputWeights', ['h', 'k'])), g.input('outputBias', [1, 'k']))
  return { probs: g.softmax(logits) }
})

/**
 * The network's class probabilities.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n, k]`, rows summing to 1.
 * @throws {@link LabelwrightError} `bad-shape`, `bad-feature-value`, `not-finite` when a weight is NaN or infinite.
 */
export function predictMlpProbs(head: MlpHead, features: Matrix): Promise<Matrix> {
  const { rows: d, cols: hidden } = head.hiddenWeights
  const k = head.outputBias.cols
  return predictByChunks(
    features,
    { d, k, bytesPerRow: 4 * (hidden + k) },
    async (x) => (await networkProbs({ x, ...head })).probs!,
  )
}

/** {@link fitMlpHead} as a {@link Learner}. */
export function mlpLearner(options: MlpHeadOptions = {}): Learner {
  return async ({ features, evidence, rng }) => {
    const head = await fitMlpHead(features, evidence, rng, options)
    return (items) => predictMlpProbs(head, items)
  }
}

/** He initialisation below; zeros above, so that a network that has learnt nothing says so: every class is as likely. */
function firstHead({ d, hidden, k }: { d: number; hidden: number; k: number }, rng: Rng): MlpHead {
  const hiddenWeights = matrix(d, hidden)
  const spread = Math.sqrt(2 / Math.max(d, 1))
  for (let at = 0; at < hiddenWeights.data.length; at++) hiddenWeights.data[at] = spread * rng.normal()
  return {
    hiddenWeights,
    hiddenBias: matrix(1, hidden),
    outputWeights: matrix(hidden, k),
    outputBias: matrix(1, k),
  }
}

/** The weights, then the biases. */
function arraysOf({ hiddenWeights, outputWeights, hiddenBias, outputBias }: MlpHead): Float32Array[] {
  return [hiddenWeights.data, outputWeights.data, hiddenBias.data, outputBias.data]
}

/** `(x - centre) · factor · W + b = x · W' + b'`. */
function onRawFeatures(head: MlpHead, { centre, factor }: StandardScale): MlpHead {
  const { rows, cols, data } = head.hiddenWeights
  const hiddenWeights = matrix(
    rows,
    cols,
    data.map((weight) => factor * weight),
  )
  const bias = Float64Array.from(head.hiddenBias.data)
  for (let f = 0; f < rows; f++)
    for (let j = 0; j < cols; j++) bias[j]! -= centre[f]! * hiddenWeights.data[f * cols + j]!
  return { ...head, hiddenWeights, hiddenBias: matrix(1, cols, Float32Array.from(bias)) }
}
