import type { Matrix } from '../tensor/matrix.ts'
import { checkPredProbs } from './check-pred-probs.ts'
import { calibrateJoint, confidentClasses, jointOf } from './confident-joint.ts'
import { flagOffDiagonal } from './flag-issues.ts'

/**
 * Estimates how many labels are wrong, without saying which.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities, shape `[n, k]`.
 * @param method - `off_diagonal` (default) counts the items that confidently belong to another class; `off_diagonal_calibrated` also
 *   extrapolates to the items without a confident class.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068).
 */
export function countLabelIssues(
  labels: Int32Array,
  predProbs: Matrix,
  method: 'off_diagonal' | 'off_diagonal_calibrated' = 'off_diagonal',
): number {
  const scan = checkPredProbs(labels, predProbs)
  const counted = confidentClasses(labels, predProbs, scan)
  const classes = predProbs.cols
  if (method === 'off_diagonal') {
    return flagOffDiagonal({ labels, classes, scan, counted }).reduce((sum, flag) => sum + flag, 0)
  }
  const { counts } = calibrateJoint(jointOf(labels, counted, classes), labels)
  let wrong = labels.length
  for (let c = 0; c < classes; c++) wrong -= counts[c * classes + c]!
  return wrong
}
