import { LabelwrightError } from '../core/error.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { checkTask, predictByChunks, type LearningTask, type Predictor } from './learner.ts'

/** What a dual encoder knows of classes before it has seen an example: logits are `scale · cos(x, text)`. */
export interface ClassTexts {
  /** The text embedding of each class, in the space of the item features, shape `[k, d]`; its length does not matter. */
  readonly prototypes: Matrix
  /** The factor of a cosine, as the encoder was trained. Default 100, where CLIP's training stops. */
  readonly scale?: number
}

/**
 * The same with rows of length 1.
 *
 * @throws {@link LabelwrightError} `bad-option` for a scale that is no number above 0, or a text that is no direction.
 */
export function checkTexts({ prototypes, scale = 100 }: ClassTexts): Required<ClassTexts> {
  if (!(scale > 0 && scale < Infinity)) {
    throw new LabelwrightError('bad-option', `The scale of cosines is ${scale}.`, 'Give a number above 0.')
  }
  const texts = unitRows(prototypes)
  for (let y = 0; y < texts.rows; y++) {
    // Zeros stay zeros, and what is not finite makes its row so.
    const length = texts.data.subarray(y * texts.cols, (y + 1) * texts.cols).reduce((sum, value) => sum + value ** 2, 0)
    if (length > 0.5) continue
    throw new LabelwrightError(
      'bad-option',
      `The text embedding of class ${y} (counted from 0) is zero or not finite.`,
      'Encode the class names again.',
    )
  }
  return { prototypes: texts, scale }
}

/**
 * Refuses what no learner can learn from, and items or classes of other numbers than the texts.
 *
 * @throws {@link LabelwrightError} As of `Learner`; `bad-shape`.
 */
export function checkTextTask(task: LearningTask, { rows: k, cols: d }: Matrix): void {
  checkTask(task)
  const { features, evidence } = task
  if (features.cols === d && evidence.cols === k) return
  throw new LabelwrightError(
    'bad-shape',
    `The texts are of ${k} classes in ${d} dimensions; the evidence is on ${evidence.cols} classes and the features have ${features.cols}.`,
    'Encode class names and items with the two halves of one encoder.',
  )
}

/** The texts as the weights of a linear head: `scale · transpose(prototypes)`, shape `[d, k]`. */
export function headOfTexts({ prototypes: { rows: k, cols: d, data }, scale }: Required<ClassTexts>): Matrix {
  const weights = matrix(d, k)
  for (let y = 0; y < k; y++) for (let j = 0; j < d; j++) weights.data[j * k + y] = scale * data[y * d + j]!
  return weights
}

const linearProbs = makeKernel((g) => {
  const logits = g.matmul(g.input('points', ['n', 'd']), g.input('weights', ['d', 'k']))
  return { probs: g.softmax(logits) }
})

/**
 * `softmax(x · weights)` of unit features.
 *
 * @param weights - Shape `[d, k]`.
 * @param move - What is done to unit features first, which are then scaled to length 1 again. Default: nothing.
 */
export function predictDirections(weights: Matrix, move?: (points: Matrix) => Promise<Matrix>): Predictor {
  const { rows: d, cols: k } = weights
  return (items) =>
    predictByChunks(items, { d, k, bytesPerRow: 4 * (3 * d + 2 * k) }, async (chunk) => {
      const points = unitRows(chunk)
      return (await linearProbs({ points: move ? unitRows(await move(points)) : points, weights })).probs!
    })
}
