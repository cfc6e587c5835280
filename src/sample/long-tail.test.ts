import { expect, test } from 'vitest'
import { longTailCounts } from './long-tail.ts'

test('a balanced meadow has equally many of each class, the first ones taking what is left over', () => {
  expect([...longTailCounts(10, 4, 1)]).toEqual([3, 3, 2, 2])
})

test('a long tail falls geometrically from the commonest class to the rarest', () => {
  // By hand: weights 1, 1/10, 1/100 sum to 1.11, so 1110 pictures have n_max = 1000.
  expect([...longTailCounts(1110, 3, 100)]).toEqual([1000, 100, 10])
})

test('the counts follow floor(n_max * r^(-k/(K-1))) up to the left-over pictures, and sum to the count', () => {
  const counts = longTailCounts(2000, 40, 50)
  const total = Array.from({ length: 40 }, (_, k) => 50 ** (-k / 39)).reduce((sum, weight) => sum + weight)
  counts.forEach((n, k) => {
    const byFormula = Math.floor((2000 / total) * 50 ** (-k / 39))
    expect(n - byFormula === 0 || n - byFormula === 1).toBe(true)
  })
  expect(counts.reduce((sum, n) => sum + n)).toBe(2000)
})
