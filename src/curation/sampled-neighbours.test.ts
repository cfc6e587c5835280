import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng, permutation } from '../core/rng.ts'
import { gatherRows, matrix } from '../tensor/matrix.ts'
import { nearestNeighbours } from '../tensor/nearest-neighbours.ts'
import { neighboursWithin, neighboursWithMargin } from './sampled-neighbours.ts'

test('neighbours within a sample are those of a search in the sample, however few were found before', async () => {
  const situation = fc.record({
    n: fc.integer({ min: 6, max: 40 }),
    wide: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(situation, async ({ n, wide, seed }) => {
      const rng = makeRng(seed, 'sampled')
      // Few different values, so that there are copies and equal distances too.
      const features = matrix(
        n,
        3,
        Float32Array.from({ length: 3 * n }, () => rng.below(4) + 1),
      )
      const cosine = { metric: 'cosine', excludeSelf: true } as const
      const all = await nearestNeighbours(features, features, wide, cosine)
      const sample = permutation(n, rng)
        .subarray(0, 4 + rng.below(n - 4))
        .sort()
      const found = await neighboursWithin(features, all, sample, 3)
      const points = gatherRows(features, sample)
      const expected = await nearestNeighbours(points, points, 3, cosine)
      expect(found.distances).toEqual(expected.distances)
      expect(found.indices).toEqual(expected.indices.map((at) => sample[at]!))
    }),
    { numRuns: 60 },
  )
})

test('nine neighbours in nine tenths of the items take about three times as many', () => {
  expect(neighboursWithMargin(9, 0.9)).toBe(24)
})
