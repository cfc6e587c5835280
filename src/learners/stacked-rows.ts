import { matrix, type Matrix } from '../tensor/matrix.ts'

/** The rows of one matrix, then those of another of equal width, copied. */
export function stackedRows(above: Matrix, below: Matrix): Matrix {
  const both = matrix(above.rows + below.rows, above.cols)
  both.data.set(above.data)
  both.data.set(below.data, above.data.length)
  return both
}
