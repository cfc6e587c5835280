import type { Matrix } from '../tensor/matrix.ts'
import { checkPredProbs } from './check-pred-probs.ts'
import { thresholdsOf } from './class-thresholds.ts'
import { scoreRow } from './score-row.ts'
import type { QualityMethod } from './score-row.ts'

/** How a label is scored. The entropy cannot be adjusted. */
export type LabelQualityOptions =
  | { readonly method?: 'self_confidence' | 'normalized_margin'; readonly adjust?: boolean }
  | { readonly method: QualityMethod; readonly adjust?: false }

/**
 * Scores how likely each given label is right, from 0 (surely wrong) to 1.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities, shape `[n, k]`.
 * @param options.method - Default `self_confidence`.
 * @param options.adjust - Allows for classes of which the model is less sure: takes each class's threshold from its probabilities, adds the
 *   highest threshold, and normalises the rows. Default false.
 * @returns Shape `[n]`; higher is better.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`.
 * @see Kuan and Mueller: Model-agnostic label quality scoring to detect real-world label errors, ICML 2022 workshop.
 */
export function labelQuality(labels: Int32Array, predProbs: Matrix, options: LabelQualityOptions = {}): Float64Array {
  const { method = 'self_confidence', adjust = false } = options
  const { selfConfidence } = checkPredProbs(labels, predProbs)
  const { data, cols } = predProbs
  if (!adjust) return Float64Array.from(labels, (label, i) => scoreRow(method, data, i * cols, { cols, label }))
  const thresholds = thresholdsOf(selfConfidence, labels, cols)
  const row = new Float64Array(cols)
  return Float64Array.from(labels, (label, i) => {
    adjustRow(data, i * cols, thresholds, row)
    return scoreRow(method, row, 0, { cols, label })
  })
}

function adjustRow(data: Float32Array, start: number, thresholds: Float64Array, row: Float64Array): void {
  const highest = thresholds.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (let j = 0; j < row.length; j++) sum += row[j] = data[start + j]! - thresholds[j]! + highest
  for (let j = 0; j < row.length; j++) row[j]! /= sum
}
