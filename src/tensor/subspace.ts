import type { Rng } from '../core/rng.ts'
import { matmul, matmulTransposed } from './matmul.ts'
import { matrix, type Matrix } from './matrix.ts'

const rounds = 4

/**
 * Finds the directions along which the rows vary most: an orthonormal basis of the leading principal subspace.
 *
 * The basis is not rotated to the principal axes: heads and distances do not depend on the rotation.
 *
 * @param x - Centred rows, shape `[n, d]`.
 * @param dimensions - At most `d` and `n`.
 * @returns Shape `[d, dimensions]`, orthonormal columns; zero columns where the rows span fewer directions.
 * @see Halko, Martinsson, Tropp, Finding Structure with Randomness, SIAM Review 2011, algorithm 4.4 (randomised subspace iteration).
 */
export async function principalSubspace(x: Matrix, dimensions: number, rng: Rng): Promise<Matrix> {
  let basis = matrix(x.cols, dimensions)
  for (let i = 0; i < basis.data.length; i++) basis.data[i] = rng.normal()
  for (let round = 0; round < rounds; round++) {
    basis = orthonormalise(await matmulTransposed(x, await matmul(x, basis)))
  }
  return basis
}

/** What is left of a column below this share of its length is rounding error, far under that of 32-bit floats: no direction of its own. */
const leastResidual = 1e-10

/** Modified Gram–Schmidt over the columns, twice, since float32 columns of a power iteration are nearly parallel. */
function orthonormalise(m: Matrix): Matrix {
  const { rows, cols } = m
  const columns = Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => m.data[i * cols + j]!),
  )
  for (let j = 0; j < cols; j++) {
    const column = columns[j]!
    const least = leastResidual * Math.sqrt(dot(column, column))
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < j; other++) {
        const projection = dot(column, columns[other]!)
        for (let i = 0; i < rows; i++) column[i]! -= projection * columns[other]![i]!
      }
    }
    const length = Math.sqrt(dot(column, column))
    if (length > least) for (let i = 0; i < rows; i++) column[i]! /= length
    else column.fill(0)
  }
  const result = matrix(rows, cols)
  for (let j = 0; j < cols; j++) for (let i = 0; i < rows; i++) result.data[i * cols + j] = columns[j]![i]!
  return result
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
