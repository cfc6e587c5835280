import { makeKernel } from '../tensor/kernel.ts'
import { gatherRows, matrix, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classShares } from './class-shares.ts'
import { checkTextTask, checkTexts, headOfTexts, predictDirections, type ClassTexts } from './class-texts.ts'
import type { Learner } from './learner.ts'
import { trainInBatches, type BatchTraining } from './train-in-batches.ts'
import { beforeUnitLayer, unitLayer } from './unit-layer.ts'

export interface PromptVectorsOptions extends ClassTexts, Partial<BatchTraining> {
  /** Decoupled (AdamW), towards the texts as they are. Default 20. */
  readonly weightDecay?: number
}

/** What is added to the class texts. */
export interface PromptVectors {
  /** To all of them, shape `[1, d]`. */
  readonly context: Matrix
  /** To each, shape `[k, d]`. */
  readonly offsets: Matrix
}

const promptLoss = makeKernel((g) => {
  const [x, scale] = [g.input('x', ['n', 'd']), g.input('scale', [1, 1])]
  const [shares, prototypes] = [g.input('shares', ['n', 'k']), g.input('prototypes', ['k', 'd'])]
  const offset = g.add(g.input('offsets', ['k', 'd']), g.input('context', [1, 'd']))
  const texts = unitLayer(g, g.add(prototypes, offset))
  const logits = g.multiply(g.matmulByTransposed(x, texts.unit), scale)
  const residual = g.subtract(g.softmax(logits), shares)
  const gradient = beforeUnitLayer(g, g.multiply(g.matmulTransposed(residual, x), scale), texts)
  return {
    texts: texts.unit,
    loss: g.subtract(g.sum(g.logSumExp(logits, 1)), g.sum(g.multiply(shares, logits))),
    contextGradient: g.sum(gradient, 0),
    offsetsGradient: gradient,
  }
})

/**
 * Cross-entropy `-Σ q ln p` of `p = softmax(scale · x · unit(text + context + offset))`, its gradient in context and offsets, and the texts
 * as moved.
 *
 * @param points - Unit rows, shape `[n, d]`.
 * @param shares - Soft labels `q`, shape `[n, k]`.
 */
export async function promptVectorsLoss(
  vectors: PromptVectors,
  { prototypes, scale }: Required<ClassTexts>,
  points: Matrix,
  shares: Matrix,
): Promise<{ readonly loss: number; readonly gradient: PromptVectors; readonly texts: Matrix }> {
  const inputs = { x: points, shares, prototypes, scale: matrix(1, 1, Float32Array.of(scale)), ...vectors }
  const found = await promptLoss(inputs)
  return {
    loss: found.loss!.data[0]!,
    gradient: { context: found.contextGradient!, offsets: found.offsetsGradient! },
    texts: found.texts!,
  }
}

/**
 * Prompt tuning after the text half: one vector that is learnt for all classes and one for each are added to the class texts, which are then
 * scaled to length 1 again. Taught nothing, it is the zero-shot classifier. As all texts keep length 1, no class can grow at the cost
 * of the others; and what all classes share reaches those without examples.
 *
 * CoOp learns 16 word vectors per class in front of the name, through the text half; that half is let go here once it has read the names,
 * so we move what it says. Evidence counts as soft labels (`softmax(E)`).
 *
 * @returns A learner that also throws `bad-shape` for features or classes of another number than the texts'.
 * @throws {@link LabelwrightError} `bad-option` for a scale, or texts, that mean nothing.
 * @see Zhou et al., Learning to Prompt for Vision-Language Models, IJCV 2022 (arXiv:2109.01134).
 */
export function promptVectors(options: PromptVectorsOptions): Learner {
  const { epochs = 50, batchSize = 32, learningRate = 1e-3, weightDecay = 20 } = options
  const texts = checkTexts(options)
  const { rows: k, cols: d } = texts.prototypes
  return async (task) => {
    checkTextTask(task, texts.prototypes)
    const [points, shares] = [unitRows(task.features), classShares(task.evidence)]
    const vectors = { context: matrix(1, d), offsets: matrix(k, d) }
    const parameters = [vectors.context, vectors.offsets].map(({ data }) => ({ values: data, weightDecay }))
    await trainInBatches(parameters, { n: points.rows, epochs, batchSize, learningRate }, task.rng, async (rows) => {
      const batch = [gatherRows(points, rows), gatherRows(shares, rows)] as const
      const { gradient } = await promptVectorsLoss(vectors, texts, ...batch)
      return [gradient.context.data, gradient.offsets.data]
    })
    const { texts: moved } = await promptVectorsLoss(vectors, texts, matrix(1, d), matrix(1, k))
    return predictDirections(headOfTexts({ ...texts, prototypes: moved }))
  }
}
