import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { entropy } from './entropy.ts'
import { largestPlaces } from './largest-places.ts'
import { leastConfidence } from './least-confidence.ts'
import { margin, marginOf } from './margin.ts'
import type { PoolView } from './query-strategy.ts'

const rng = makeRng(0)

function pool(rows: number[][], candidates = rows.map((_, i) => i)): PoolView {
  return {
    predProbs: matrix(rows.length, rows[0]!.length, Float32Array.from(rows.flat())),
    features: matrix(rows.length, 1),
    labels: new Int32Array(rows.length).fill(-1),
    candidates: Int32Array.from(candidates),
  }
}

const rankings = [
  ['entropy', entropy],
  ['margin', margin],
  ['least-confidence', leastConfidence],
] as const

test.each(rankings)('%s ranks items of equal doubt by their index, one class only among them', async (_, choose) => {
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
  expect([...(await choose(equal, 3, rng))]).toEqual([0, 2, 4])
  expect([...(await choose(pool([[1], [1], [1]]), 2, rng))]).toEqual([0, 1])
  expect([...(await choose(pool([[0.3, 0.7]]), 5, rng))]).toEqual([0])
})

test('entropy asks about the item spread over three classes, margin about the tie of two', async () => {
  // -Σ p ln p: (.6, .3, .1) 0.898; (.5, .5, 0) ln 2 = 0.693; (.98, .01, .01) 0.112. Gaps: 0.3, 0, 0.97.
  const view = pool([
    [0.6, 0.3, 0.1],
    [0.5, 0.5, 0],
    [0.98, 0.01, 0.01],
  ])
  expect([...(await entropy(view, 3, rng))]).toEqual([0, 1, 2])
  expect([...(await margin(view, 3, rng))]).toEqual([1, 0, 2])
})

test('least confidence looks at the likeliest class alone', async () => {
  // Highest .5, .45, .5; gaps 0, .35, .2; so margin begins with the first, least confidence with the second.
  const view = pool([
    [0.5, 0.5, 0, 0],
    [0.45, 0.1, 0.2, 0.25],
    [0.5, 0.3, 0.1, 0.1],
  ])
  expect([...(await leastConfidence(view, 3, rng))]).toEqual([1, 0, 2])
  expect([...(await margin(view, 3, rng))]).toEqual([0, 1, 2])
})

test('the entropies of six rows worked out by hand order them', async () => {
  // H = .802 1.081 .898 1.030 1.030 1.099 nats.
  const view = pool([
    [0.7, 0.2, 0.1],
    [0.4, 0.35, 0.25],
    [0.1, 0.6, 0.3],
    [0.3, 0.5, 0.2],
    [0.2, 0.5, 0.3],
    [0.34, 0.33, 0.33],
  ])
  expect([...(await entropy(view, 3, rng))]).toEqual([5, 1, 3])
  expect([...(await entropy(view, 6, rng))].slice(-2)).toEqual([2, 0])
})

test('the margin is the gap between the two likeliest classes, wherever they stand', () => {
  const rows = matrix(3, 3, Float32Array.of(0.2, 0.5, 0.3, 0.3, 0.2, 0.5, 0.5, 0.3, 0.2))
  for (const item of [0, 1, 2]) expect(marginOf(rows, item)).toBeCloseTo(0.2, 6)
  expect(marginOf(matrix(1, 1, Float32Array.of(1)), 0)).toBe(1)
})

test('the largest values come out as from a full, stable sort', () => {
  const value = fc.constantFrom(-Infinity, -1, -0, 0, 1, 1.5, 2, Infinity)
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.nat(), (list, seed) => {
      const count = seed % (list.length + 1)
      const sorted = list.map((_, i) => i).sort((a, b) => (list[b]! > list[a]! ? 1 : list[b]! < list[a]! ? -1 : a - b))
      expect([...largestPlaces(Float64Array.from(list), count)]).toEqual(sorted.slice(0, count))
    }),
  )
})
