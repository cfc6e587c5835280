import type { Rng } from '../core/rng.ts'
import { frameOf, intoFrame } from './frame.ts'
import { matmul, matmulTransposed } from './matmul.ts'
import { matrix, rowChunks, rowsView, type Matrix } from './matrix.ts'
import { principalSubspace } from './subspace.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** The directions along which rows vary, most first. */
export interface PrincipalComponents {
  /** Shape `[d]`. */
  readonly mean: Float32Array
  /** One direction of length 1 per row, its entry of largest size positive, shape `[count, d]`. */
  readonly components: Matrix
  /** Of the rows along each direction, with `n - 1` in the denominator, shape `[count]`. */
  readonly variances: Float64Array
}

/** Directions searched beside those wanted, so that the last of these are found as well as the first. */
const oversampling = 10

/**
 * Principal component analysis of the rows of a matrix, shape `[n, d]`, by a randomised search for the subspace and an exact
 * decomposition inside it.
 *
 * @param count - At most `n` and `d`, else fewer are returned. Directions in which nothing varies are zero.
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 * @see Halko, Martinsson, Tropp, Finding Structure with Randomness, SIAM Review 2011.
 */
export async function principalComponents(x: Matrix, count: number, rng: Rng): Promise<PrincipalComponents> {
  const frame = frameOf(x)
  const local = intoFrame(x, frame)
  const localMean = centreInPlace(local)
  const kept = Math.max(0, Math.min(count, x.rows, x.cols))
  const searched = kept > 0 ? Math.min(kept + oversampling, x.rows, x.cols) : 0
  const basis = await principalSubspace(local, searched, rng)
  const { values, vectors } = symmetricEigen(await scatter(await matmul(local, basis)), searched)
  const rotation = matrix(searched, kept)
  for (let i = 0; i < searched; i++) {
    for (let j = 0; j < kept; j++) rotation.data[i * kept + j] = vectors[i * searched + j]!
  }
  const freedom = Math.max(1, x.rows - 1) * frame.scale ** 2
  return {
    mean: Float32Array.from(localMean, (value, j) => value / frame.scale + frame.shift[j]!),
    components: upright(await matmul(basis, rotation)),
    variances: values.subarray(0, kept).map((value) => Math.max(0, value) / freedom),
  }
}

/** Subtracts the mean of each column, and returns it. */
function centreInPlace({ rows, cols, data }: Matrix): Float64Array {
  const means = new Float64Array(cols)
  for (let start = 0; start < data.length; start += cols) for (let j = 0; j < cols; j++) means[j]! += data[start + j]!
  for (let j = 0; j < cols && rows > 0; j++) means[j]! /= rows
  for (let start = 0; start < data.length; start += cols) for (let j = 0; j < cols; j++) data[start + j]! -= means[j]!
  return means
}

/** `transpose(y) · y`, summed in 64 bits over chunks of rows. */
async function scatter(y: Matrix): Promise<Float64Array> {
  const sum = new Float64Array(y.cols * y.cols)
  for (const { from, to } of rowChunks(y.rows, 4 * y.cols, 1 << 22)) {
    const part = rowsView(y, from, to)
    const { data } = await matmulTransposed(part, part)
    for (let at = 0; at < sum.length; at++) sum[at]! += data[at]!
  }
  return sum
}

/** Columns as rows, each turned so that its entry of largest size (the first of equals) is positive. */
function upright({ rows, cols, data }: Matrix): Matrix {
  const turned = matrix(cols, rows)
  for (let j = 0; j < cols; j++) {
    let largest = 0
    for (let i = 0; i < rows; i++) {
      if (Math.abs(data[i * cols + j]!) > Math.abs(largest)) largest = data[i * cols + j]!
    }
    for (let i = 0; i < rows; i++) turned.data[j * rows + i] = data[i * cols + j]! * (largest < 0 ? -1 : 1)
  }
  return turned
}
