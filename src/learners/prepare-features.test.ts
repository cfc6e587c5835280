import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { matmul } from '../tensor/matmul.ts'
import { prepareFeatures } from './prepare-features.ts'

function normal(rows: number, cols: number, seed: number): Matrix {
  const rng = makeRng(seed, 'prepare')
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
}
const meanSquaredLength = ({ rows, data }: Matrix): number => data.reduce((sum, value) => sum + value * value, 0) / rows
function distance(m: Matrix, a: number, b: number): number {
  return Math.hypot(...row(m, a).map((value, f) => value - row(m, b)[f]!))
}

test('prepared features are centred and of mean squared length 1, whatever their shift and scale', async () => {
  const settings = fc.tuple(
    fc.integer({ min: 2, max: 12 }),
    fc.integer({ min: 1, max: 9 }),
    fc.double({ min: 0.01, max: 100, noNaN: true }),
    fc.integer({ min: -50, max: 50 }),
  )
  await fc.assert(
    fc.asyncProperty(settings, async ([n, d, scale, shift]) => {
      const raw = normal(n, d, n * 31 + d)
      const features = matrix(
        n,
        d,
        raw.data.map((value) => scale * (value + shift)),
      )
      const prepared = await prepareFeatures(features, makeRng(1))
      expect([prepared.rows, prepared.cols]).toEqual([n, Math.min(n, d)])
      expect(meanSquaredLength(prepared)).toBeCloseTo(1, 3)
      for (let f = 0; f < prepared.cols; f++) {
        let sum = 0
        for (let i = 0; i < n; i++) sum += prepared.data[i * prepared.cols + f]!
        expect(sum / n).toBeCloseTo(0, 3)
      }
    }),
    { numRuns: 30 },
  )
})

test('fewer dimensions keep the distances of what varies along fewer directions', async () => {
  const features = await matmul(normal(50, 4, 1), normal(4, 40, 2))
  const [few, all] = [await prepareFeatures(features, makeRng(1), 8), await prepareFeatures(features, makeRng(1))]
  expect([few.cols, all.cols]).toEqual([8, 40])
  for (let i = 1; i < 50; i++) expect(distance(few, 0, i)).toBeCloseTo(distance(all, 0, i), 3)
})

test('the caller keeps its features as they were', async () => {
  const features = normal(5, 9, 3)
  const before = features.data.slice()
  await prepareFeatures(features, makeRng(1), 2)
  expect(features.data).toEqual(before)
})

test('no items, one item and equal items have no spread, and that is no error', async () => {
  expect((await prepareFeatures(matrix(0, 4), makeRng(1))).rows).toBe(0)
  expect([...(await prepareFeatures(matrix(1, 2, Float32Array.of(3, 4)), makeRng(1))).data]).toEqual([0])
  const equal = await prepareFeatures(matrix(2, 2, Float32Array.of(3, 4, 3, 4)), makeRng(1))
  expect([...equal.data]).toEqual([0, 0, 0, 0])
})

test.each([NaN, Infinity])('a feature of %d is refused by row and column', async (bad) => {
  const features = matrix(2, 2, Float32Array.of(0, 1, 2, bad))
  await expect(prepareFeatures(features, makeRng(1))).rejects.toMatchObject({
    code: 'bad-feature-value',
    problem: `Row 1 of the features (counted from 0) holds ${bad} in column 1.`,
  })
})
