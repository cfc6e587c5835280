import { checkFeatures } from './finite-features.ts'
import { matrix, type Matrix } from './matrix.ts'

/** Where to look at points from, so that 32-bit products of them lose few digits: near their middle, at a size near 1. */
export interface Frame {
  /** Shape `[d]`. */
  readonly shift: Float64Array
  /** A power of two, so that scaling loses nothing. */
  readonly scale: number
}

/**
 * Finds the frame of the rows of a matrix, shape `[n, d]`.
 *
 * The shift is the mean of each column, rounded to an eighth of what the column spans or less: seen from there integers are still exact, and
 * so equal distances stay equal.
 *
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 */
export function frameOf(points: Matrix): Frame {
  const { rows, cols, data } = points
  const shift = new Float64Array(cols)
  const least = new Float64Array(cols).fill(Infinity)
  const most = new Float64Array(cols).fill(-Infinity)
  for (let start = 0; start < data.length; start += cols) {
    for (let j = 0; j < cols; j++) {
      const value = data[start + j]!
      shift[j]! += value
      if (value < least[j]!) least[j] = value
      if (value > most[j]!) most[j] = value
    }
  }
  let widest = 0
  for (let j = 0; j < cols && rows > 0; j++) {
    if (!Number.isFinite(shift[j])) checkFeatures(points)
    const span = most[j]! - least[j]!
    const step = span > 0 ? 2 ** (Math.floor(Math.log2(span)) - 2) : 0
    shift[j] = step > 0 ? step * Math.round(shift[j]! / rows / step) : most[j]!
    if (span > widest) widest = span
  }
  return { shift, scale: widest > 0 ? 2 ** -Math.ceil(Math.log2(widest)) : 1 }
}

/**
 * `(x - shift) · scale` for each row, copied.
 *
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 */
export function intoFrame({ rows, cols, data }: Matrix, { shift, scale }: Frame): Matrix {
  const moved = matrix(rows, cols)
  let size = 0
  for (let start = 0; start < data.length; start += cols) {
    for (let j = 0; j < cols; j++) {
      const value = (data[start + j]! - shift[j]!) * scale
      moved.data[start + j] = value
      size += Math.abs(value)
    }
  }
  if (!Number.isFinite(size)) checkFeatures(moved)
  return moved
}

/** `x / scale + shift` for each row, copied. */
export function outOfFrame({ rows, cols, data }: Matrix, { shift, scale }: Frame): Matrix {
  const moved = matrix(rows, cols)
  for (let at = 0; at < data.length; at++) moved.data[at] = data[at]! / scale + shift[at % cols]!
  return moved
}
