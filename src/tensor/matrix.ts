import { LabelwrightError } from '../core/error.ts'

/** A dense row-major matrix: row `i` is `data[i * cols .. (i + 1) * cols - 1]`. */
export interface Matrix {
  readonly rows: number
  readonly cols: number
  readonly data: Float32Array
}

/**
 * Wraps a flat array as a matrix without copying it.
 *
 * @throws {@link LabelwrightError} `bad-shape` when the array's length is not `rows * cols`.
 */
export function matrix(rows: number, cols: number, data: Float32Array = new Float32Array(rows * cols)): Matrix {
  if (data.length !== rows * cols) {
    throw new LabelwrightError(
      'bad-shape',
      `${data.length} values are no ${rows} x ${cols} matrix.`,
      'Check the shape.',
    )
  }
  return { rows, cols, data }
}

/** One row, as a view on the same memory. */
export function row(m: Matrix, i: number): Float32Array {
  return m.data.subarray(i * m.cols, (i + 1) * m.cols)
}

/** Rows `from..to-1`, as a view on the same memory. */
export function rowsView(m: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, cols: m.cols, data: m.data.subarray(from * m.cols, to * m.cols) }
}

/**
 * Walks over a matrix in parts that fit a memory budget, by default 32 MiB.
 *
 * @yields {object} Half-open ranges of rows that together cover `0..rows-1`, each taking about `budgetBytes` at `bytesPerRow`.
 */
export function* rowChunks(
  rows: number,
  bytesPerRow: number,
  budgetBytes: number = 1 << 25,
): Generator<{ readonly from: number; readonly to: number }> {
  const size = Math.max(1, Math.floor(budgetBytes / bytesPerRow))
  for (let from = 0; from < rows; from += size) yield { from, to: Math.min(rows, from + size) }
}

/** The chosen rows, in the given order, copied. */
export function gatherRows(m: Matrix, indices: ArrayLike<number>): Matrix {
  const gathered = matrix(indices.length, m.cols)
  for (let i = 0; i < indices.length; i++) gathered.data.set(row(m, indices[i]!), i * m.cols)
  return gathered
}

/** The column of the largest value in each row; ties go to the lowest column. Shape `[rows]`. */
export function argmaxRows(m: Matrix): Int32Array {
  const best = new Int32Array(m.rows)
  for (let i = 0; i < m.rows; i++) {
    const start = i * m.cols
    let at = 0
    for (let j = 1; j < m.cols; j++) if (m.data[start + j]! > m.data[start + at]!) at = j
    best[i] = at
  }
  return best
}

/** Turns rows of log-weights into probabilities in place: subtracts the row's maximum, exponentiates, normalises. */
export function softmaxRows(m: Matrix): Matrix {
  const { data, cols } = m
  for (let start = 0; start < data.length; start += cols) {
    let max = -Infinity
    for (let j = start; j < start + cols; j++) if (data[j]! > max) max = data[j]!
    let sum = 0
    for (let j = start; j < start + cols; j++) sum += data[j] = Math.exp(data[j]! - max)
    for (let j = start; j < start + cols; j++) data[j]! /= sum
  }
  return m
}
