import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'

/**
 * Refuses numbers that are no index below a bound.
 *
 * @param subject - What each is, in the singular, such as `fine label`.
 * @throws {@link LabelwrightError} `bad-label`.
 */
export function checkIndices(subject: string, values: ArrayLike<number>, bound: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Number.isInteger(value) && value >= 0 && value < bound) continue
    throw new LabelwrightError(
      'bad-label',
      `There is a ${subject} ${value}; there are ${bound}, counted from 0.`,
      'Leave out items without a label, and check the list of classes.',
    )
  }
}

/**
 * Refuses lists of different lengths that should go together.
 *
 * @throws {@link LabelwrightError} `length-mismatch`.
 */
export function checkLengths(subject: string, rows: ArrayLike<unknown>, others: number): void {
  if (rows.length === others) return
  throw new LabelwrightError(
    'length-mismatch',
    `Got ${rows.length} rows but ${others} ${subject}.`,
    'Pass one per row, in the same order.',
  )
}

/**
 * Refuses a matrix whose rows are no probabilities that sum to 1, to a thousandth.
 *
 * @throws {@link LabelwrightError} `bad-probability`.
 */
export function checkTransition({ rows, cols, data }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    const values = data.subarray(i * cols, (i + 1) * cols)
    const sum = values.reduce((total, p) => total + p, 0)
    if (values.every((p) => p >= 0) && Math.abs(sum - 1) < 1e-3) continue
    throw new LabelwrightError(
      'bad-probability',
      `Row ${i} of the transition matrix (counted from 0) is no list of probabilities that sum to 1.`,
      'Give T[i, j] = P(said j | truly i), smoothed where a class has no answers.',
    )
  }
}
