import { LabelwrightError } from '../../core/error.ts'

/** How well labels or predictions agree with the truth; all in `[0, 1]`. */
export interface Scores {
  readonly accuracy: number
  /** The mean recall over the classes that the truth holds. */
  readonly balancedAccuracy: number
  /** The mean F1 over the classes that the truth holds; 0 for a class that is never right. */
  readonly macroF1: number
}

/**
 * @param labels - Class of each item, shape `[n]`.
 * @param truth - Shape `[n]`; items at -1 do not count.
 * @returns NaN throughout where no truth is known.
 */
export function scoresOf(labels: Int32Array, truth: Int32Array, k: number): Scores {
  const [right, said, are] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)]
  for (let i = 0; i < truth.length; i++) {
    const y = truth[i]!
    if (y < 0) continue
    are[y]!++
    said[labels[i]!]!++
    if (labels[i] === y) right[y]!++
  }
  const present = [...are.keys()].filter((y) => are[y]! > 0)
  const mean = (of: (y: number) => number): number => present.reduce((sum, y) => sum + of(y), 0) / present.length
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0)
  return {
    accuracy: sum(right) / sum(are),
    balancedAccuracy: mean((y) => right[y]! / are[y]!),
    macroF1: mean((y) => (2 * right[y]!) / (are[y]! + said[y]!)),
  }
}

/**
 * The share of labels that equal the truth, over the items whose truth is known.
 *
 * @param truth - Shape `[n]`; items at -1 do not count.
 * @throws {@link LabelwrightError} `no-truth` where there is none.
 */
export function shareRight(labels: Int32Array, truth: Int32Array): number {
  checkKnown(truth)
  let [known, right] = [0, 0]
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! < 0) continue
    known++
    if (labels[i] === truth[i]) right++
  }
  return right / known
}

/** @throws {@link LabelwrightError} `no-truth` where the truth is known of no item. */
export function checkKnown(truth: Int32Array): void {
  if (truth.some((y) => y >= 0)) return
  throw new LabelwrightError('no-truth', 'The truth is known of no item.', 'Give a column of known labels.')
}
