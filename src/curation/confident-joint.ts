import { matrix } from '../tensor/matrix.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { checkPredProbs } from './check-pred-probs.ts'
import { barsOf, countLabels, thresholdsOf } from './class-thresholds.ts'
import { countRows, notCounted, soleClassInRows } from './confident-classes.ts'
import { roundPreservingSum } from './round-preserving-sum.ts'
import type { RowScan } from './row-scan.ts'

/** Counts of items by given and true class: `counts[given * classes + true]`. */
export interface ConfidentJoint {
  readonly classes: number
  readonly counts: Int32Array
}

/**
 * Counts how many items with each given label confidently belong to each class.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities (cross-validated), shape `[n, k]`.
 * @param options.calibrate - Scales the rows to the numbers of given labels, so that items without a confident class count too. Default true.
 * @returns Counts of shape `[k, k]`; the diagonal is at least 1 before it is calibrated.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068), equations 1 and 3; counts as in cleanlab 2.9.
 */
export function confidentJoint(
  labels: Int32Array,
  predProbs: Matrix,
  { calibrate = true }: { readonly calibrate?: boolean } = {},
): ConfidentJoint {
  const scan = checkPredProbs(labels, predProbs)
  const joint = jointOf(labels, confidentClasses(labels, predProbs, scan), predProbs.cols)
  return calibrate ? calibrateJoint(joint, labels) : joint
}

/**
 * Estimates how given and true labels occur together.
 *
 * @param labels - Given class of each item, shape `[n]`.
 * @param predProbs - Out-of-sample class probabilities, shape `[n, k]`.
 * @returns `P(given = i, true = j)`, shape `[k, k]`, entries summing to 1.
 * @throws {@link LabelwrightError} as {@link confidentJoint}.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068), equation 3.
 */
export function estimateJoint(labels: Int32Array, predProbs: Matrix): Matrix {
  const { classes, counts } = confidentJoint(labels, predProbs)
  return matrix(
    classes,
    classes,
    Float32Array.from(counts, (count) => count / labels.length),
  )
}

/** The class that each item is counted for, shape `[n]`, -1 for none. */
export function confidentClasses(labels: Int32Array, predProbs: Matrix, scan: RowScan): Int32Array {
  const bars = barsOf(thresholdsOf(scan.selfConfidence, labels, predProbs.cols))
  const counted = new Int32Array(labels.length)
  countRows(scan, bars, soleClassInRows(predProbs, 0, bars), { counted, from: 0, to: labels.length })
  return counted
}

/** The joint before it is calibrated; `counted` as {@link confidentClasses} returns it. */
export function jointOf(labels: Int32Array, counted: Int32Array, k: number): ConfidentJoint {
  const counts = new Int32Array(k * k)
  for (let i = 0; i < labels.length; i++) {
    if (counted[i] !== notCounted) counts[labels[i]! * k + counted[i]!]!++
  }
  for (let c = 0; c < k; c++) counts[c * k + c] ||= 1
  return { classes: k, counts }
}

/** The joint with as many items in each row as have its label. */
export function calibrateJoint({ classes, counts }: ConfidentJoint, labels: Int32Array): ConfidentJoint {
  const given = countLabels(labels, classes)
  const calibrated = new Int32Array(counts.length)
  for (let i = 0; i < classes; i++) {
    const columns = filledColumns(counts, i * classes, classes)
    const counted = columns.reduce((sum, j) => sum + counts[i * classes + j]!, 0)
    // Empty cells stay empty, so that rounding needs only the filled ones.
    const rounded = roundPreservingSum(columns.map((j) => (counts[i * classes + j]! / counted) * given[i]!))
    for (let c = 0; c < columns.length; c++) calibrated[i * classes + columns[c]!] = rounded[c]!
  }
  return { classes, counts: calibrated }
}

function filledColumns(counts: Int32Array, start: number, k: number): number[] {
  const columns: number[] = []
  for (let j = 0; j < k; j++) if (counts[start + j] !== 0) columns.push(j)
  return columns
}
