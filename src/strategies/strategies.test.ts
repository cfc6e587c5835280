import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, softmaxRows } from '../tensor/matrix.ts'
import { entropy } from './entropy.ts'
import { margin, marginOf } from './margin.ts'
import type { PoolView } from './query-strategy.ts'
import { random } from './random.ts'
import { queryStrategies, strategyNames } from './strategies.ts'

const rng = makeRng(0)

function pool(rows: number[][], candidates = rows.map((_, i) => i)): PoolView {
  return {
    predProbs: matrix(rows.length, rows[0]?.length ?? 1, Float32Array.from(rows.flat())),
    candidates: Int32Array.from(candidates),
  }
}

const pools: fc.Arbitrary<PoolView> = fc
  .record({ n: fc.nat(20), k: fc.integer({ min: 1, max: 5 }), seed: fc.nat() })
  .map(({ n, k, seed }) => {
    const chance = makeRng(seed, 'pool')
    const predProbs = softmaxRows(
      matrix(
        n,
        k,
        Float32Array.from({ length: n * k }, () => 4 * chance.normal()),
      ),
    )
    const candidates = Int32Array.from(Array(n).keys()).filter(() => chance.uniform() < 0.7)
    return { predProbs, candidates }
  })

test.each(Object.entries(queryStrategies))(
  '%s chooses distinct candidates, as many as there are, the same for one seed',
  (_, choose) => {
    fc.assert(
      fc.property(pools, fc.integer({ min: -2, max: 25 }), fc.nat(), (view, size, seed) => {
        const before = view.candidates.slice()
        const chosen = [...choose(view, size, makeRng(seed))]
        expect(chosen).toHaveLength(Math.max(0, Math.min(size, before.length)))
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.every((item) => before.includes(item))).toBe(true)
        expect([...choose(view, size, makeRng(seed))]).toEqual(chosen)
        expect(view.candidates).toEqual(before)
      }),
    )
  },
)

test.each([
  ['entropy', entropy],
  ['margin', margin],
] as const)('%s ranks items of equal doubt by their index, one class only among them', (_, choose) => {
  const equal = pool(
    [
      [0.5, 0.5],
      [0.9, 0.1],
      [0.5, 0.5],
      [0.1, 0.9],
      [0.5, 0.5],
    ],
    [0, 2, 3, 4],
  )
  expect([...choose(equal, 3, rng)]).toEqual([0, 2, 4])
  expect([...choose(pool([[1], [1], [1]]), 2, rng)]).toEqual([0, 1])
  expect([...choose(pool([[0.3, 0.7]]), 5, rng)]).toEqual([0])
})

test.each([
  ['entropy', entropy],
  ['margin', margin],
] as const)('%s refuses probabilities that are not numbers, and names the item', (_, choose) => {
  for (const bad of [
    [NaN, 0.5, 0.5],
    [0.5, 0.5, NaN],
  ]) {
    expect(() => choose(pool([[0.2, 0.3, 0.5], bad]), 1, rng)).toThrow(
      expect.objectContaining({ code: 'bad-probability', problem: expect.stringContaining('item 1') as string }),
    )
  }
})

test('entropy asks about the item spread over three classes, margin about the tie of two', () => {
  // -Σ p ln p: (.6, .3, .1) 0.898; (.5, .5, 0) ln 2 = 0.693; (.98, .01, .01) 0.112. Gaps: 0.3, 0, 0.97.
  const view = pool([
    [0.6, 0.3, 0.1],
    [0.5, 0.5, 0],
    [0.98, 0.01, 0.01],
  ])
  expect([...entropy(view, 3, rng)]).toEqual([0, 1, 2])
  expect([...margin(view, 3, rng)]).toEqual([1, 0, 2])
})

test('the entropies of six rows worked out by hand order them', () => {
  // H = .802 1.081 .898 1.030 1.030 1.099 nats.
  const view = pool([
    [0.7, 0.2, 0.1],
    [0.4, 0.35, 0.25],
    [0.1, 0.6, 0.3],
    [0.3, 0.5, 0.2],
    [0.2, 0.5, 0.3],
    [0.34, 0.33, 0.33],
  ])
  expect([...entropy(view, 3, rng)]).toEqual([5, 1, 3])
  expect([...entropy(view, 6, rng)].slice(-2)).toEqual([2, 0])
})

test('the margin is the gap between the two likeliest classes, wherever they stand', () => {
  const rows = matrix(3, 3, Float32Array.of(0.2, 0.5, 0.3, 0.3, 0.2, 0.5, 0.5, 0.3, 0.2))
  for (const item of [0, 1, 2]) expect(marginOf(rows, item)).toBeCloseTo(0.2, 6)
  expect(marginOf(matrix(1, 1, Float32Array.of(1)), 0)).toBe(1)
})

test('random draws every candidate equally often (chi-square of 9 degrees, 0.1 % point 27.9)', () => {
  const counts = Array.from({ length: 10 }, () => 0)
  const view = pool(counts.map(() => [1]))
  for (let seed = 0; seed < 2000; seed++) for (const item of random(view, 3, makeRng(seed, 'uniform'))) counts[item]!++
  expect(counts.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0)).toBeLessThan(27.9)
})

test('every strategy that a project may name is there', () => {
  expect([...strategyNames].sort()).toEqual(['information', ...Object.keys(queryStrategies)].sort())
})
