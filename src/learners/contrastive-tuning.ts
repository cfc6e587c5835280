import { matmul } from '../tensor/matmul.ts'
import { gatherRows, matrix, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classShares } from './class-shares.ts'
import { checkTextTask, checkTexts, headOfTexts, predictDirections, type ClassTexts } from './class-texts.ts'
import { contrastiveLoss } from './contrastive-loss.ts'
import type { Learner } from './learner.ts'
import { trainInBatches, type BatchTraining } from './train-in-batches.ts'

export interface ContrastiveTuningOptions extends ClassTexts, Partial<BatchTraining> {
  /** Decoupled (AdamW), towards projections that change nothing. Default 30. */
  readonly weightDecay?: number
}

/**
 * Contrastive tuning ("finetune like you pretrain") on frozen encoders: a linear projection of the item features and one of the class texts,
 * both of which begin as the identity, are tuned by the loss that such encoders were trained with; then the tuned texts are the classifier. Taught
 * nothing, it is the zero-shot classifier.
 *
 * The paper tunes both encoders. What we tune is shared by all classes, so that classes without examples move along with the others.
 * Evidence counts as soft labels (`softmax(E)`).
 *
 * @returns A learner that also throws `bad-shape` for features or classes of another number than the texts'.
 * @throws {@link LabelwrightError} `bad-option` for a scale, or texts, that mean nothing.
 * @see Goyal et al., Finetune like you pretrain, CVPR 2023 (arXiv:2212.00638); Wang, Wang, Kong, 2025 (arXiv:2506.01724), contrastive tuning.
 */
export function contrastiveTuning(options: ContrastiveTuningOptions): Learner {
  const { epochs = 50, batchSize = 32, learningRate = 3e-4, weightDecay = 30 } = options
  const texts = checkTexts(options)
  const d = texts.prototypes.cols
  return async (task) => {
    checkTextTask(task, texts.prototypes)
    const [points, shares] = [unitRows(task.features), classShares(task.evidence)]
    const projections = { items: matrix(d, d), texts: matrix(d, d) }
    const parameters = [projections.items, projections.texts].map(({ data }) => ({ values: data, weightDecay }))
    await trainInBatches(parameters, { n: points.rows, epochs, batchSize, learningRate }, task.rng, async (rows) => {
      const batch = [gatherRows(points, rows), gatherRows(shares, rows)] as const
      const { gradient } = await contrastiveLoss(projections, texts, ...batch)
      return [gradient.items.data, gradient.texts.data]
    })
    const prototypes = unitRows(await projected(texts.prototypes, projections.texts))
    return predictDirections(headOfTexts({ ...texts, prototypes }), (items) => projected(items, projections.items))
  }
}

/** `v + v · change`, row by row. */
async function projected(vectors: Matrix, change: Matrix): Promise<Matrix> {
  const moved = await matmul(vectors, change)
  for (let at = 0; at < moved.data.length; at++) moved.data[at]! += vectors.data[at]!
  return moved
}
