import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matmul } from './matmul.ts'
import { matrix, type Matrix } from './matrix.ts'
import { principalSubspace } from './subspace.ts'

/** `n` rows that vary along `rank` directions of `d`, the first by far the most. */
function lowRank(n: number, d: number, rank: number): Promise<Matrix> {
  const rng = makeRng(1, 'low-rank', n, d)
  const normal = (rows: number, cols: number) =>
    matrix(
      rows,
      cols,
      Float32Array.from({ length: rows * cols }, () => rng.normal()),
    )
  const scores = normal(n, rank)
  for (let at = 0; at < scores.data.length; at++) scores.data[at]! *= 10 / (1 + (at % rank))
  return matmul(scores, normal(rank, d))
}

const energy = ({ data }: Matrix): number => data.reduce((sum, value) => sum + value * value, 0)

function expectOrthonormal({ rows, cols, data }: Matrix): void {
  for (let a = 0; a < cols; a++) {
    for (let b = 0; b < cols; b++) {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += data[i * cols + a]! * data[i * cols + b]!
      expect(sum).toBeCloseTo(a === b ? 1 : 0, 5)
    }
  }
}

test('three directions hold everything of a matrix of rank three, and the basis is orthonormal', async () => {
  const x = await lowRank(80, 30, 3)
  const basis = await principalSubspace(x, 3, makeRng(2))
  expectOrthonormal(basis)
  expect(energy(await matmul(x, basis)) / energy(x)).toBeCloseTo(1, 5)
})

test('more directions than the rows vary along stay orthonormal and add nothing', async () => {
  const x = await lowRank(40, 12, 2)
  const basis = await principalSubspace(x, 6, makeRng(3))
  expectOrthonormal(basis)
  expect(energy(await matmul(x, basis)) / energy(x)).toBeCloseTo(1, 5)
})

test('a direction is never counted twice where the rows lie on one line exactly', async () => {
  const x = matrix(4, 3, Float32Array.of(1, 1, 1, -1, -1, -1, 2, 2, 2, -2, -2, -2))
  for (const seed of [0, 1, 2, 3]) {
    const basis = await principalSubspace(x, 3, makeRng(seed))
    expect(energy(basis)).toBeCloseTo(1, 5)
    expect(energy(await matmul(x, basis))).toBeCloseTo(30, 4)
  }
})

test('the leading directions of a diagonal matrix are the axes with the largest values', async () => {
  const x = matrix(4, 4, Float32Array.of(1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 6))
  const basis = await principalSubspace(x, 2, makeRng(4))
  // Energy of the axes 1 and 3 inside the basis: both lie in it.
  for (const axis of [1, 3]) expect(basis.data[axis * 2]! ** 2 + basis.data[axis * 2 + 1]! ** 2).toBeCloseTo(1, 4)
})

test('the basis depends on the seed alone', async () => {
  const x = await lowRank(20, 10, 4)
  expect(await principalSubspace(x, 3, makeRng(5))).toEqual(await principalSubspace(x, 3, makeRng(5)))
})
