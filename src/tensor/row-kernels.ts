import type { Matrix } from './matrix.ts'

/** `ln Σ exp` of each row, without overflow, shape `[n]`; the infinity for a row whose largest value is one. */
export function logSumExpRows({ rows, cols, data }: Matrix): Float64Array {
  const result = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let max = -Infinity
    for (let at = i * cols; at < (i + 1) * cols; at++) if (data[at]! > max) max = data[at]!
    let sum = 0
    for (let at = i * cols; at < (i + 1) * cols; at++) sum += Math.exp(data[at]! - max)
    result[i] = Number.isFinite(max) ? max + Math.log(sum) : max
  }
  return result
}

/** The best entries of each row, shape `[n, k]`. */
export interface TopEntries {
  readonly indices: Int32Array
  readonly values: Float32Array
}

/**
 * The `k` largest values of each row, largest first, with their columns; ties go to the lowest column.
 *
 * @param k - At most the number of columns.
 * @returns Both of shape `[n, k]`.
 */
export function topKRows({ rows, cols, data }: Matrix, k: number): TopEntries {
  const indices = new Int32Array(rows * k)
  const values = new Float32Array(rows * k).fill(-Infinity)
  for (let i = 0; i < rows && k > 0; i++) {
    const [first, last] = [i * k, (i + 1) * k - 1]
    for (let j = 0; j < cols; j++) {
      const value = data[i * cols + j]!
      // The first k columns always enter, so that a row of nothing but -Infinity has distinct columns.
      if (j >= k && !(value > values[last]!)) continue
      let at = j < k ? first + j : last
      for (; at > first && value > values[at - 1]!; at--) {
        values[at] = values[at - 1]!
        indices[at] = indices[at - 1]!
      }
      values[at] = value
      indices[at] = j
    }
  }
  return { indices, values }
}
