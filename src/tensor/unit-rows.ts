import { matrix, type Matrix } from './matrix.ts'

/** Each row divided by its length, copied; rows of zeros stay. Shape `[n, d]`. */
export function unitRows({ rows, cols, data }: Matrix): Matrix {
  const unit = matrix(rows, cols)
  for (let start = 0; start < data.length; start += cols) {
    let squared = 0
    for (let at = start; at < start + cols; at++) squared += data[at]! * data[at]!
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0
    for (let at = start; at < start + cols; at++) unit.data[at] = scale * data[at]!
  }
  return unit
}
