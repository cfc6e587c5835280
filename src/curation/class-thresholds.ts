import type { Matrix } from '../tensor/matrix.ts'
import { checkPredProbs } from './check-pred-probs.ts'

/** No probability reaches it, so that nothing is counted for a class without items. */
const unreachable = 2
const lowest = 2e-6
const tolerance = 1e-6

/**
 * How confident the model is in each class on average: the mean of `p[i, k]` over the items that are labelled `k`. An item belongs to a
 * class confidently when its probability reaches the class's threshold.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities, shape `[n, k]`.
 * @returns Shape `[k]`, at least 2e-6; 2 for a class that no item has.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068), equation 2.
 */
export function classThresholds(labels: Int32Array, predProbs: Matrix): Float64Array {
  const { selfConfidence } = checkPredProbs(labels, predProbs)
  return thresholdsOf(selfConfidence, labels, predProbs.cols)
}

/** {@link classThresholds} from the probabilities of the given labels, shape `[n]`. */
export function thresholdsOf(selfConfidence: Float32Array, labels: Int32Array, k: number): Float64Array {
  const sums = new Float64Array(k)
  const counts = countLabels(labels, k)
  for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += selfConfidence[i]!
  return sums.map((sum, c) => (counts[c] === 0 ? unreachable : Math.max(sum / counts[c]!, lowest)))
}

/** What a probability must reach to be confident, shape `[k]`: the threshold, less what rounding may take. */
export function barsOf(thresholds: Float64Array): Float64Array {
  return thresholds.map((threshold) => threshold - tolerance)
}

/** The number of items with each label, shape `[k]`. */
export function countLabels(labels: Int32Array, k: number): Int32Array {
  const counts = new Int32Array(k)
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++
  return counts
}
