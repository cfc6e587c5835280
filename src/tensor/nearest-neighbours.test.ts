import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, type Matrix } from './matrix.ts'
import { nearestNeighbours, type NeighbourOptions } from './nearest-neighbours.ts'

function normal(rows: number, cols: number, seed: number, offset = 0): Matrix {
  const rng = makeRng(seed, 'neighbours', rows, cols)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => offset + rng.normal()),
  )
}

/** All distances in 64 bits, sorted by distance and index. */
function reference(queries: Matrix, points: Matrix, k: number, { metric, excludeSelf }: NeighbourOptions) {
  const rows = ({ rows: n, cols, data }: Matrix) =>
    Array.from({ length: n }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)])
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0)
  const distance = (a: number[], b: number[]): number => {
    if (metric !== 'cosine') return Math.sqrt(a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0))
    const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b))
    return lengths > 0 ? 1 - dot(a, b) / lengths : 1
  }
  return rows(queries).map((query, i) =>
    rows(points)
      .map((point, index) => ({ index, distance: distance(query, point) }))
      .filter(({ index }) => !excludeSelf || index !== i)
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k),
  )
}

async function expectExact(queries: Matrix, points: Matrix, k: number, options: NeighbourOptions): Promise<void> {
  const found = await nearestNeighbours(queries, points, k, options)
  const expected = reference(queries, points, k, options)
  expect(found.k).toBe(expected[0]?.length ?? found.k)
  expect([...found.indices]).toEqual(expected.flat().map(({ index }) => index))
  expected.flat().forEach((e, at) => expect(found.distances[at]).toBeCloseTo(e.distance, 6))
}

const sizes = fc.record({
  n: fc.integer({ min: 1, max: 30 }),
  m: fc.integer({ min: 1, max: 30 }),
  d: fc.integer({ min: 1, max: 12 }),
  k: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
})

test.each(['euclidean', 'cosine'] as const)('the %s neighbours are those of a full sort in 64 bits', async (metric) => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.boolean(), async ({ n, m, d, k, seed }, excludeSelf) => {
      const points = normal(m, d, seed)
      if (excludeSelf) await expectExact(points, points, k, { metric, excludeSelf })
      else await expectExact(normal(n, d, seed + 1), points, k, { metric })
    }),
    { numRuns: 30 },
  )
})

test('among points on a grid, where most distances are equal, ties go to the lowest index', async () => {
  const rng = makeRng(1, 'grid')
  const grid = matrix(
    40,
    3,
    Float32Array.from({ length: 120 }, () => rng.below(3)),
  )
  await expectExact(grid, grid, 5, { excludeSelf: true })
  await expectExact(grid, grid, 5, {})
})

test.each([
  ['far from the origin', 1000],
  ['around it', 0],
])('points close together, %s, are told apart', async (_, offset) => {
  await expectExact(normal(50, 8, 2, offset), normal(60, 8, 3, offset), 10, {})
})

test.each([1e-30, 1e30])('points of a size of %f keep their neighbours', async (size) => {
  const points = normal(40, 4, 4)
  const scaled = matrix(
    40,
    4,
    points.data.map((value) => value * size),
  )
  const { indices } = await nearestNeighbours(scaled, scaled, 3, { excludeSelf: true })
  expect([...indices]).toEqual([...(await nearestNeighbours(points, points, 3, { excludeSelf: true })).indices])
})

test('duplicates are neighbours at distance 0, and a row of zeros is at cosine distance 1 from everything', async () => {
  const points = matrix(4, 2, Float32Array.of(1, 2, 1, 2, 0, 0, -1, -2))
  const euclidean = await nearestNeighbours(points, points, 1, { excludeSelf: true })
  expect([euclidean.indices[0], euclidean.distances[0], euclidean.indices[1]]).toEqual([1, 0, 0])
  const cosine = await nearestNeighbours(points, points, 3, { metric: 'cosine', excludeSelf: true })
  expect([...cosine.indices]).toEqual([1, 2, 3, 0, 2, 3, 0, 1, 3, 2, 0, 1])
  cosine.distances.forEach((d, at) => expect(d).toBeCloseTo([0, 1, 2, 0, 1, 2, 1, 1, 1, 1, 2, 2][at]!, 6))
})

test('there are no more neighbours than points', async () => {
  const points = normal(4, 2, 5)
  expect((await nearestNeighbours(points, points, 10)).k).toBe(4)
  expect((await nearestNeighbours(points, points, 10, { excludeSelf: true })).k).toBe(3)
  expect(await nearestNeighbours(points, matrix(0, 2), 10)).toMatchObject({ k: 0, indices: new Int32Array(0) })
  expect((await nearestNeighbours(matrix(0, 2), points, 2)).indices).toHaveLength(0)
})

test('values that are not finite, and other widths, are refused', async () => {
  const [points, bad] = [normal(3, 2, 6), matrix(2, 2, Float32Array.of(1, 2, 3, NaN))]
  for (const metric of ['euclidean', 'cosine'] as const) {
    for (const [queries, others] of [
      [points, bad],
      [bad, points],
    ] as const) {
      await expect(nearestNeighbours(queries, others, 1, { metric })).rejects.toMatchObject({
        code: 'bad-feature-value',
      })
    }
  }
  await expect(nearestNeighbours(points, normal(3, 4, 6), 1)).rejects.toMatchObject({ code: 'bad-shape' })
})
