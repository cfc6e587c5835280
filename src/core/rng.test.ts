import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash32, makeRng, permutation } from './rng.ts'

const draw = (count: number, ...key: [number, ...(string | number)[]]): number[] => {
  const rng = makeRng(...key)
  return Array.from({ length: count }, () => rng.uniform())
}

test('saved campaigns stay reproducible: the first numbers are those of version 0.1', () => {
  const rng = makeRng(1, 'audit', 3)
  expect([rng.uniform(), rng.uniform(), rng.below(1000)]).toEqual([0.5837304999586195, 0.8663851795718074, 873])
  expect(rng.normal()).toBeCloseTo(-0.6282709881380186, 12)
  expect([...permutation(8, makeRng(7, 'folds'))]).toEqual([4, 2, 3, 6, 5, 0, 7, 1])
  expect(hash32('labelwright')).toBe(921456893)
})

test('equal seeds give equal sequences, other seeds and purposes others', () => {
  expect(draw(20, 5, 'a', 1)).toEqual(draw(20, 5, 'a', 1))
  const firsts = [draw(1, 5, 'a', 1), draw(1, 6, 'a', 1), draw(1, 5, 'b', 1), draw(1, 5, 'a', 2), draw(1, 5, 'a')]
  expect(new Set(firsts.flat()).size).toBe(5)
})

test('uniform numbers have mean 1/2 and variance 1/12, within five standard errors', () => {
  const n = 20_000
  const values = draw(n, 3, 'moments')
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...values)).toBeLessThan(1)
  expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n))
  expect(Math.abs(mean(values.map((v) => (v - 0.5) ** 2)) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n))
})

test('normal numbers have mean 0, variance 1 and fourth moment 3, within five standard errors', () => {
  const n = 20_000
  const rng = makeRng(4, 'normal')
  const values = Array.from({ length: n }, () => rng.normal())
  expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(n))
  expect(Math.abs(mean(values.map((v) => v ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
  expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
})

test('streams of neighbouring purposes are uncorrelated', () => {
  const n = 5000
  const [a, b] = [draw(n, 1, 'round', 1), draw(n, 1, 'round', 2)]
  const covariance = mean(a.map((value, i) => (value - 0.5) * (b[i]! - 0.5)))
  expect(Math.abs(covariance * 12)).toBeLessThan(5 / Math.sqrt(n))
})

test('a permutation holds every number once', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.integer(), (n, seed) => {
      expect([...permutation(n, makeRng(seed))].sort((a, b) => a - b)).toEqual([...Array(n).keys()])
    }),
  )
})

test('every order of three things is equally likely (chi-square of 5 degrees, 0.1 % point 20.5)', () => {
  const rng = makeRng(2, 'orders')
  const counts = new Map<string, number>()
  for (let i = 0; i < 6000; i++) {
    const order = permutation(3, rng).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5)
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
