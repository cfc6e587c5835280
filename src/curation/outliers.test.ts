import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { classOutlierScores, findOutliers, outlierScores, outlierThreshold } from './outliers.ts'

const line = (...values: number[]): Matrix => matrix(values.length, 1, Float32Array.from(values))
const normal = (rows: number, cols: number, seed: number): Matrix => {
  const rng = makeRng(seed, 'outliers')
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
}
const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

test('scores are exp(-d / median d), by hand on a line: mean distances to two neighbours 1.5, 1, 1, 1.5 and 7.5', async () => {
  const scores = await outlierScores(line(0, 1, 2, 3, 10), { metric: 'euclidean', neighbours: 2 })
  const expected = [1.5, 1, 1, 1.5, 7.5].map((d) => Math.exp(-d / 1.5))
  scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6))
})

test('scores are those of all pairs in 64 bits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 25 }), fc.nat(), async (n, seed) => {
      const features = normal(n, 3, seed)
      const all = Array.from({ length: n }, (_, i) => [...row(features, i)])
      const mean = all.map((a, i) => {
        const others = all.filter((_, j) => j !== i)
        const distances = others.map(
          (b) => 1 - a.reduce((sum, v, f) => sum + v * b[f]!, 0) / (Math.hypot(...a) * Math.hypot(...b)),
        )
        const near = distances.sort((x, y) => x - y).slice(0, 10)
        return near.reduce((sum, d) => sum + d, 0) / near.length
      })
      const scores = await outlierScores(features)
      mean.forEach((d, i) => expect(scores[i]).toBeCloseTo(Math.exp(-d / median(mean)), 5))
    }),
    { numRuns: 40 },
  )
})

test('one item far from a cloud is the outlier, the cloud is none', async () => {
  const features = normal(200, 4, 1)
  row(features, 33).fill(25)
  expect([...findOutliers(await outlierScores(features, { metric: 'euclidean' }))][0]).toBe(33)
  expect(findOutliers(await outlierScores(features, { metric: 'euclidean' })).length).toBeLessThan(10)
})

test('an item of the wrong class is an outlier of its class, not of the dataset', async () => {
  const features = normal(60, 2, 2)
  for (let i = 0; i < 60; i++) row(features, i)[0]! += i < 30 ? 0 : 50
  const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 30 || i === 40 ? 0 : 1))
  const euclidean = { metric: 'euclidean' } as const
  expect([...findOutliers(await classOutlierScores(features, labels, euclidean))][0]).toBe(40)
  expect([...findOutliers(await outlierScores(features, euclidean))]).not.toContain(40)
})

test('an item alone in its class has nothing to differ from; among copies every one scores 1', async () => {
  const scores = await classOutlierScores(line(0, 5, 5, 5), Int32Array.of(3, 0, 0, 0), { metric: 'euclidean' })
  expect([...scores]).toEqual([1, 1, 1, 1])
})

test('the fence stands 1.7 interquartile ranges above the third quartile of distances', () => {
  // Distances 1, 2, 3, 4, 100: quartiles 2 and 4, fence 4 + 1.7 · 2 = 7.4.
  const scores = Float64Array.of(1, 2, 3, 4, 100).map((d) => Math.exp(-d))
  expect(-Math.log(outlierThreshold(scores))).toBeCloseTo(7.4, 9)
  expect([...findOutliers(scores)]).toEqual([4])
  expect([...findOutliers(scores, Math.exp(-2.5))]).toEqual([4, 3, 2])
})

test('one item, too many neighbours and NaN are refused', async () => {
  await expect(outlierScores(line(1))).rejects.toMatchObject({ code: 'too-few-items' })
  await expect(outlierScores(line(1, 2, 3), { neighbours: 3 })).rejects.toMatchObject({ code: 'too-few-items' })
  await expect(outlierScores(line(1, NaN))).rejects.toMatchObject({ code: 'bad-feature-value' })
  await expect(classOutlierScores(line(1, NaN), Int32Array.of(0, 1))).rejects.toMatchObject({
    code: 'bad-feature-value',
  })
  await expect(classOutlierScores(line(1, 2), Int32Array.of(0, -1))).rejects.toMatchObject({ code: 'bad-label' })
  expect(() => findOutliers(Float64Array.of(1, NaN))).toThrow(expect.objectContaining({ code: 'not-finite' }))
})

test.each([0, -1, 1.5])('%s neighbours within a class are refused', async (neighbours) => {
  const asked = classOutlierScores(line(1, 2, 3), new Int32Array(3), { neighbours })
  await expect(asked).rejects.toMatchObject({ code: 'bad-option' })
})
