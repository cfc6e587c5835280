import { LabelwrightError } from '../core/error.ts'

/**
 * Refuses numbers that are no index below a bound.
 *
 * @param subject - What each is, in the singular, such as `fine label`.
 * @throws {@link LabelwrightError} `bad-label`.
 */
export function checkIndices(subject: string, values: Int32Array, bound: number): void {
  const wrong = values.find((value) => value < 0 || value >= bound)
  if (wrong === undefined) return
  throw new LabelwrightError(
    'bad-label',
    `There is a ${subject} ${wrong}; there are ${bound}, counted from 0.`,
    'Leave out items without a label, and check the list of classes.',
  )
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
