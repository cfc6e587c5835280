import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row } from '../tensor/matrix.ts'
import { margin } from './margin.ts'
import { mixRandom } from './mix-random.ts'
import type { PoolView } from './query-strategy.ts'
import { subsample } from './subsample.ts'

/** 100 items, whose only feature is their number and whose margin falls with it; every tenth is labelled. */
function numbered(): PoolView {
  const numbers = Int32Array.from({ length: 100 }, (_, i) => i)
  return {
    predProbs: matrix(
      100,
      2,
      Float32Array.from({ length: 200 }, (_, at) => 0.5 + ((at % 2 ? 1 : -1) * (100 - (at >> 1))) / 400),
    ),
    features: matrix(100, 1, Float32Array.from(numbers)),
    labels: numbers.map((i) => (i % 10 === 0 ? 1 : -1)),
    candidates: numbers.filter((i) => i % 10 !== 0),
  }
}

test('a strategy on a sample sees all labelled items and a few candidates, each with its own row', async () => {
  let seen: PoolView | undefined
  const chosen = await subsample((pool, size, rng) => {
    seen = pool
    return margin(pool, size, rng)
  }, 20)(numbered(), 5, makeRng(1))
  const { predProbs, features, labels, candidates } = seen!
  const numbers = [...features.data]
  expect([labels.length, candidates.length]).toEqual([30, 20])
  expect(numbers.filter((_, place) => labels[place] === 1)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  numbers.forEach((number, place) => expect(row(predProbs, place)).toEqual(row(numbered().predProbs, number)))
  const asked = Array.from(candidates, (place) => numbers[place]!)
  expect([...chosen]).toEqual(asked.toReversed().slice(0, 5))
})

test('a pool that is small enough is not sampled', async () => {
  expect(await subsample(margin, 100)(numbered(), 3, makeRng(1))).toEqual(Int32Array.of(99, 98, 97))
})

test('a batch larger than the sample is still full', async () => {
  expect(new Set(await subsample(margin, 5)(numbered(), 30, makeRng(1))).size).toBe(30)
})

test('a quarter of a mixed batch is left to chance, after what the strategy chose', async () => {
  const choose = mixRandom(margin, 0.25)
  const [one, other] = [await choose(numbered(), 12, makeRng(1)), await choose(numbered(), 12, makeRng(2))]
  expect(one.subarray(0, 9)).toEqual(Int32Array.of(99, 98, 97, 96, 95, 94, 93, 92, 91))
  expect(one.subarray(0, 9)).toEqual(other.subarray(0, 9))
  expect(one.subarray(9)).not.toEqual(other.subarray(9))
})
