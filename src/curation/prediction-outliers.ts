import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { checkLabels } from './check-items.ts'

export interface PredictionOutlierOptions {
  /** Given class of each item, shape `[n]`: takes out how sure the model is of each class anyway. Default: probabilities as they are. */
  readonly labels?: Int32Array
  /** `entropy`: `1 - H / ln k`; `confidence`: the largest probability. Default entropy. */
  readonly measure?: 'entropy' | 'confidence'
}

/**
 * How well a model places each item, from its probabilities alone: low where it does not know the item at all. Weaker than
 * {@link outlierScores}, for those who have no features.
 *
 * With labels, each class's mean probability among its own items (its confident threshold `t`) is taken off first:
 * `p' ∝ p - t + max t`.
 *
 * @param predProbs - Out-of-sample class probabilities, shape `[n, k]`, `k >= 2`.
 * @returns Shape `[n]`, in `[0, 1]`.
 * @throws {@link LabelwrightError} `bad-shape` for fewer than 2 classes, `bad-probability` for values outside `[0, 1]`,
 *   `length-mismatch`, `bad-label`.
 * @see Kuan, Mueller, Back to the Basics: Revisiting Out-of-Distribution Detection Baselines, 2022 (arXiv:2207.03061).
 */
export function predictionOutlierScores(predProbs: Matrix, options: PredictionOutlierOptions = {}): Float64Array {
  const { labels, measure = 'entropy' } = options
  const { rows, cols: k, data } = predProbs
  checkProbabilities(predProbs)
  if (labels) checkLabels(labels, rows, k)
  const lift = labels ? classLift(predProbs, labels) : new Float64Array(k)
  const p = new Float64Array(k)
  return Float64Array.from({ length: rows }, (_, i) => {
    let total = 0
    for (let y = 0; y < k; y++) total += p[y] = data[i * k + y]! + lift[y]!
    let [entropy, top] = [0, 0]
    for (let y = 0; y < k; y++) {
      const share = p[y]! / total
      if (share > top) top = share
      if (share > 0) entropy -= share * Math.log(share)
    }
    return measure === 'confidence' ? top : Math.max(0, 1 - entropy / Math.log(k))
  })
}

/** `max t - t` of each class; 0 for a class without items, of which nothing is known. */
function classLift({ cols: k, data }: Matrix, labels: Int32Array): Float64Array {
  const [sum, members] = [new Float64Array(k), new Int32Array(k)]
  for (let i = 0; i < labels.length; i++) {
    sum[labels[i]!]! += data[i * k + labels[i]!]!
    members[labels[i]!]!++
  }
  const thresholds = sum.map((total, y) => (members[y] ? total / members[y]! : NaN))
  const highest = thresholds.reduce((best, t) => (t > best ? t : best), 0)
  return thresholds.map((t) => (Number.isNaN(t) ? 0 : highest - t))
}

function checkProbabilities({ cols, data }: Matrix): void {
  if (cols < 2) {
    throw new LabelwrightError('bad-shape', `There are ${cols} classes.`, 'Pass probabilities of 2 classes or more.')
  }
  for (let at = 0; at < data.length; at++) {
    // Rounding in 32 bits may lead a little beyond 1.
    if (data[at]! >= 0 && data[at]! <= 1 + 1e-4) continue
    throw new LabelwrightError(
      'bad-probability',
      `The probability of class ${at % cols} for item ${Math.floor(at / cols)} is ${data[at]}.`,
      'Pass class probabilities, rows summing to 1.',
    )
  }
}
