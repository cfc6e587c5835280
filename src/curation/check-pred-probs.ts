import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { checkLabels } from './check-items.ts'
import { makeRowScan, scanRows } from './row-scan.ts'
import type { RowScan } from './row-scan.ts'

/**
 * Refuses labels and probabilities that do not belong together or are none; what the look at them found is worth keeping.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`.
 */
export function checkPredProbs(labels: Int32Array, predProbs: Matrix): RowScan {
  checkGivenLabels(labels, predProbs.rows, predProbs.cols)
  const scan = makeRowScan(predProbs.rows)
  scanRows(predProbs, 0, labels, scan)
  return scan
}

/**
 * Refuses labels that are not one of at least two classes for each item.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape`.
 */
export function checkGivenLabels(labels: Int32Array, n: number, k: number): void {
  if (k < 2) {
    throw new LabelwrightError(
      'bad-shape',
      `Probabilities of ${k} class(es) leave no other label.`,
      'Pass one column for each of at least two classes.',
    )
  }
  checkLabels(labels, n, k)
}
