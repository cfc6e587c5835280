import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { kMeans } from './k-means.ts'
import { matrix, type Matrix } from './matrix.ts'

function normal(rows: number, cols: number, seed: number): Matrix {
  const rng = makeRng(seed, 'k-means', rows, cols)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
}

function squared(points: Matrix, i: number, centres: Matrix, c: number): number {
  let sum = 0
  for (let j = 0; j < points.cols; j++) {
    sum += (points.data[i * points.cols + j]! - centres.data[c * points.cols + j]!) ** 2
  }
  return sum
}

test('each point is with its nearest centre, each centre is the mean of its points, and no cluster is empty', async () => {
  const sizes = fc.record({
    n: fc.integer({ min: 1, max: 60 }),
    d: fc.integer({ min: 1, max: 6 }),
    k: fc.integer({ min: 1, max: 8 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(sizes, async ({ n, d, k, seed }) => {
      const points = normal(n, d, seed)
      const { centres, assignment, inertia } = await kMeans(points, k, makeRng(seed), { tolerance: 0 })
      expect([centres.rows, centres.cols]).toEqual([Math.min(n, k), d])
      let total = 0
      const sums = Array.from({ length: centres.rows }, () => new Float64Array(d))
      const counts = new Int32Array(centres.rows)
      assignment.forEach((c, i) => {
        const own = squared(points, i, centres, c)
        for (let other = 0; other < centres.rows; other++) {
          expect(squared(points, i, centres, other)).toBeGreaterThan(own - 1e-5)
        }
        total += own
        counts[c]!++
        for (let j = 0; j < d; j++) sums[c]![j]! += points.data[i * d + j]!
      })
      expect(inertia).toBeCloseTo(total, 3)
      counts.forEach((count, c) => {
        expect(count).toBeGreaterThan(0)
        for (let j = 0; j < d; j++) expect(centres.data[c * d + j]).toBeCloseTo(sums[c]![j]! / count, 4)
      })
    }),
    { numRuns: 40 },
  )
})

test('three clouds far apart, and far from the origin, are found', async () => {
  const points = normal(90, 2, 1)
  for (let i = 0; i < 90; i++) points.data[2 * i]! += 1000 + 30 * (i % 3)
  const { assignment } = await kMeans(points, 3, makeRng(2))
  for (let i = 0; i < 90; i++) expect(assignment[i]).toBe(assignment[i % 3])
  expect(new Set(assignment).size).toBe(3)
})

test('the corners of a cube in five clusters are three pairs of neighbours and two alone (by hand: inertia 3 · 2 · ½²)', async () => {
  const cube = matrix(
    8,
    3,
    Float32Array.from({ length: 24 }, (_, at) => (Math.floor(at / 3) >> (at % 3)) & 1),
  )
  const best = Math.min(
    ...(await Promise.all([1, 2, 3, 4, 5].map(async (seed) => (await kMeans(cube, 5, makeRng(seed))).inertia))),
  )
  expect(best).toBeCloseTo(1.5, 6)
})

test('points that all coincide are one cluster, whatever is asked for', async () => {
  const same = matrix(6, 2, new Float32Array(12).fill(7.3))
  const { centres, assignment, inertia } = await kMeans(same, 3, makeRng(1))
  expect([...assignment]).toEqual([0, 0, 0, 0, 0, 0])
  expect(centres.data.slice(0, 2)).toEqual(Float32Array.of(7.3, 7.3))
  expect(inertia).toBe(0)
})

test('no points make no clusters, and the seed alone decides', async () => {
  expect(await kMeans(matrix(0, 3), 2, makeRng(1))).toEqual({
    centres: matrix(0, 3),
    assignment: new Int32Array(0),
    inertia: 0,
  })
  const points = normal(50, 4, 3)
  expect(await kMeans(points, 5, makeRng(4))).toEqual(await kMeans(points, 5, makeRng(4)))
})

test('values that are not finite are refused', async () => {
  await expect(kMeans(matrix(2, 1, Float32Array.of(1, Infinity)), 1, makeRng(1))).rejects.toMatchObject({
    code: 'bad-feature-value',
  })
})
