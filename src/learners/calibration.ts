import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { fitTemperature } from '../tensor/temperature.ts'
import { checkIndices, checkLengths } from './label-checks.ts'

const range = [0.01, 100] as const

/**
 * The temperature `T` in `[0.01, 100]` at which held-out labels are likeliest under `softmax(ln p / T)`: above 1 where the model was too sure.
 *
 * @param predProbs - Of items that taught the model nothing, shape `[n, k]`. Logits `z` serve as `softmaxRows(z)`.
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability` where a probability is no number.
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599).
 */
export function calibrateTemperature(predProbs: Matrix, labels: Int32Array): number {
  check(predProbs, labels)
  return fitTemperature(predProbs, { rows: Int32Array.from(labels.keys()), labels }, range)
}

/**
 * How far confidence is from accuracy: the mean over items of `|accuracy - mean confidence|` of their bin, bins of equal width over the highest
 * probability.
 *
 * @param predProbs - Shape `[n, k]`, rows sum to 1.
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @param bins - Default 15.
 * @returns In `[0, 1]`; 0 without items.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability` where a probability is no number.
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599), equation 3.
 */
export function expectedCalibrationError(predProbs: Matrix, labels: Int32Array, bins = 15): number {
  check(predProbs, labels)
  const { rows, cols, data } = predProbs
  const excess = new Float64Array(bins)
  for (let i = 0; i < rows; i++) {
    let best = 0
    for (let y = 1; y < cols; y++) if (data[i * cols + y]! > data[i * cols + best]!) best = y
    const confidence = data[i * cols + best]!
    // Bins are open below and closed above, as in the paper.
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))
    excess[bin]! += confidence - (best === labels[i] ? 1 : 0)
  }
  return excess.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(1, rows)
}

function check(predProbs: Matrix, labels: Int32Array): void {
  checkLengths('labels', { length: predProbs.rows }, labels.length)
  checkIndices('label', labels, predProbs.cols)
  if (!predProbs.data.some(Number.isNaN)) return
  throw new LabelwrightError('bad-probability', 'A class probability is no number.', 'Look for NaN in the features.')
}
