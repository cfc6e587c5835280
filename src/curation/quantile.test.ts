import { expect, test } from 'vitest'
import { quantile } from './quantile.ts'

test('quantiles lie between order statistics as in numpy.percentile of 1, 2, 4, 8', () => {
  const values = Float64Array.of(8, 1, 4, 2)
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share))).toEqual([1, 1.75, 3, 5, 8])
  expect([...values]).toEqual([8, 1, 4, 2])
})

test('nothing has no quantile, and between two infinities there is infinity', () => {
  expect(quantile(new Float64Array(0), 0.5)).toBeNaN()
  expect(quantile(Float64Array.of(Infinity, Infinity, 0), 0.75)).toBe(Infinity)
})
