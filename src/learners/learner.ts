import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import { checkFeatures as checkFinite } from '../tensor/finite-features.ts'
import { matrix, rowChunks, rowsView, type Matrix } from '../tensor/matrix.ts'

/** What a learner learns from. */
export interface LearningTask {
  /** Shape `[n, d]`. */
  readonly features: Matrix
  /** Log-likelihood of all that was said about each item, per class, shape `[n, k]`. See `labelEvidence` for plain labels. */
  readonly evidence: Matrix
  readonly rng: Rng
}

/** Class probabilities of new items: features `[m, d]` in, shape `[m, k]` out, rows sum to 1. */
export type Predictor = (features: Matrix) => Promise<Matrix>

/**
 * Learns to predict classes from features. Equal tasks and seeds give equal predictions.
 *
 * Throws `length-mismatch` when features and evidence are of different items, `bad-feature-value` or `not-finite` where a value is NaN or
 * infinite, `not-finite` where an item's evidence rules out every class; the predictor throws `bad-shape` for features of another width.
 */
export type Learner = (task: LearningTask) => Promise<Predictor>

/** Refuses what no learner can learn from, with the errors of {@link Learner}. */
export function checkTask({ features, evidence }: Omit<LearningTask, 'rng'>): void {
  if (features.rows !== evidence.rows) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got features of ${features.rows} items but evidence on ${evidence.rows}.`,
      'Pass both over the same items, in the same order.',
    )
  }
  checkFeatures(features, features.cols)
  for (let i = 0; i < evidence.rows; i++) {
    let max = -Infinity
    for (let at = i * evidence.cols; at < (i + 1) * evidence.cols; at++) {
      // Written so that a NaN stays.
      if (!(evidence.data[at]! <= max)) max = evidence.data[at]!
      if (Number.isNaN(max)) break
    }
    if (!Number.isFinite(max)) {
      throw new LabelwrightError(
        'not-finite',
        `The evidence on item ${i} (counted from 0) holds NaN or Infinity, or rules out every class.`,
        'Leave the item out, or correct what was said about it.',
      )
    }
  }
}

interface ChunkShape {
  /** Features per item. */
  readonly d: number
  /** Classes. */
  readonly k: number
  /** What lies between an item's features and its probabilities, these included. */
  readonly bytesPerRow: number
}

/** {@link predictPlainly} on features that {@link checkFeatures} let pass. */
export async function predictByChunks(features: Matrix, shape: ChunkShape, predict: Predictor): Promise<Matrix> {
  checkFeatures(features, shape.d)
  return predictPlainly(features, shape, predict)
}

/**
 * Predicts piece by piece, so that what lies between features and probabilities stays small however many items there are.
 *
 * @throws {@link LabelwrightError} `bad-shape`; `not-finite` where probabilities are no numbers.
 */
export async function predictPlainly(features: Matrix, shape: ChunkShape, predict: Predictor): Promise<Matrix> {
  checkWidth(features, shape.d)
  const predProbs = matrix(features.rows, shape.k)
  for (const { from, to } of rowChunks(features.rows, shape.bytesPerRow)) {
    predProbs.data.set((await predict(rowsView(features, from, to))).data, from * shape.k)
  }
  // One NaN among a row's logits makes the whole row NaN.
  for (let at = 0; at < predProbs.data.length; at += shape.k) {
    if (Number.isNaN(predProbs.data[at])) throw notFinite('The features or what was learnt')
  }
  return predProbs
}

/** The error of a computation that met NaN or Infinity. */
export function notFinite(subject: string): LabelwrightError {
  return new LabelwrightError(
    'not-finite',
    `${subject} hold a value that is not finite.`,
    'Look for NaN and Infinity, and for an item whose evidence rules out every class.',
  )
}

/**
 * Refuses features of another width, or that are not finite.
 *
 * @throws {@link LabelwrightError} `bad-shape`, `bad-feature-value`.
 */
export function checkFeatures(features: Matrix, d: number): void {
  checkWidth(features, d)
  checkFinite(features)
}

/**
 * Refuses features of another width.
 *
 * @throws {@link LabelwrightError} `bad-shape`.
 */
export function checkWidth({ cols }: Matrix, d: number): void {
  if (cols === d) return
  throw new LabelwrightError(
    'bad-shape',
    `Got ${cols} features per item; needed are ${d}.`,
    'Encode all items with the same encoder.',
  )
}
