import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { findEqualLeaks, findLeaks } from './leaky-splits.ts'

const [train, test_, validation] = [0, 1, 2]
const line = (...values: number[]): Matrix => matrix(values.length, 1, Float32Array.from(values))

test('the training set gives up what the test set holds, nearest copies first', async () => {
  const features = line(0, 10, 20, 30, 40.25, 10.5, 40)
  const splits = Int32Array.of(train, train, train, train, train, test_, test_)
  const leaks = await findLeaks(features, splits, { metric: 'euclidean', threshold: 1 })
  expect(leaks).toEqual({
    giveUp: Int32Array.of(4, 1),
    repeats: Int32Array.of(6, 5),
    distances: Float32Array.of(0.25, 0.5),
  })
  const reversed = await findLeaks(features, splits, { metric: 'euclidean', threshold: 1, keep: [train, test_] })
  expect([...reversed.giveUp]).toEqual([6, 5])
})

test('of a chain only what is itself near a test item is given up', async () => {
  const features = line(0, 0.75, 1.5, 2.25, 90)
  const splits = Int32Array.of(test_, train, train, train, train)
  const { giveUp } = await findLeaks(features, splits, { metric: 'euclidean', threshold: 1 })
  expect([...giveUp]).toEqual([1])
})

test('leaks are those of all pairs, equal items among them at any threshold', async () => {
  const situation = fc.record({
    n: fc.integer({ min: 2, max: 25 }),
    threshold: fc.constantFrom(0, 0.02),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(situation, async ({ n, threshold, seed }) => {
      const rng = makeRng(seed, 'leaks')
      const values = Array.from({ length: n }, () => rng.below(200) / 100)
      const splits = Int32Array.from({ length: n }, () => rng.below(4) - 1)
      const keep = [2, 0, 1]
      const features = line(...values)
      const { giveUp } = await findLeaks(features, splits, { metric: 'euclidean', threshold: threshold && 0.025, keep })
      const kept: number[] = []
      const expected: number[] = []
      for (const split of keep) {
        const items = [...splits.keys()].filter((i) => splits[i] === split)
        const repeating = items.filter((i) => kept.some((j) => Math.abs(values[i]! - values[j]!) <= threshold + 1e-6))
        expected.push(...repeating)
        kept.push(...items.filter((i) => !repeating.includes(i)))
      }
      expect([...giveUp].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
    }),
    { numRuns: 60 },
  )
})

test('of three splits the one named first keeps, and items in no split are left alone', () => {
  const hashes = ['a', 'a', 'a', 'a', 'b', 'b']
  const splits = Int32Array.of(train, validation, test_, -1, -1, train)
  expect(findEqualLeaks(hashes, splits, { keep: [test_, validation, train] })).toEqual({
    giveUp: Int32Array.of(0, 1),
    repeats: Int32Array.of(2, 2),
    distances: Float32Array.of(0, 0),
  })
})

test('nothing leaks once everything was given up, and every content is kept somewhere', () => {
  const item = fc.record({ content: fc.constantFrom('a', 'b', 'c', 'd'), split: fc.integer({ min: -1, max: 2 }) })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (items) => {
      const [hashes, splits] = [items.map(({ content }) => content), Int32Array.from(items, ({ split }) => split)]
      const { giveUp, repeats } = findEqualLeaks(hashes, splits)
      giveUp.forEach((one, at) => {
        expect(hashes[repeats[at]!]).toBe(hashes[one])
        expect(splits[repeats[at]!]).not.toBe(splits[one])
        expect([...giveUp]).not.toContain(repeats[at])
      })
      const left = splits.map((split, i) => (giveUp.includes(i) ? -1 : split))
      expect(findEqualLeaks(hashes, left).giveUp).toHaveLength(0)
    }),
  )
})

test('items without a split, an order that lacks one, and one item are refused', async () => {
  const refuse = (splits: Int32Array, keep: readonly number[], code: string) =>
    expect(() => findEqualLeaks(['a', 'a', 'a'], splits, { keep })).toThrow(expect.objectContaining({ code }))
  refuse(Int32Array.of(0, 1), [0, 1], 'length-mismatch')
  refuse(Int32Array.of(0, 1, 1), [1], 'bad-option')
  refuse(Int32Array.of(0, 1, 1), [1, 0, 1], 'bad-option')
  await expect(findLeaks(line(1), Int32Array.of(0))).rejects.toMatchObject({ code: 'too-few-items' })
  await expect(findLeaks(line(1, 2), Int32Array.of(0))).rejects.toMatchObject({ code: 'length-mismatch' })
  await expect(findLeaks(line(1, NaN), Int32Array.of(0, 1))).rejects.toMatchObject({ code: 'bad-feature-value' })
  const options = { threshold: -0.5 }
  await expect(findLeaks(line(1, 2), Int32Array.of(0, 1), options)).rejects.toMatchObject({ code: 'bad-option' })
})

test('what repeats only an item that is given up itself may stay', async () => {
  const splits = Int32Array.of(test_, validation, train)
  const options = { metric: 'euclidean', threshold: 1, keep: [test_, validation, train] } as const
  expect([...(await findLeaks(line(0, 0.75, 1.5), splits, options)).giveUp]).toEqual([1])
})
