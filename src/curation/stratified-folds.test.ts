import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { stratifiedFolds } from './stratified-folds.ts'

const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts)

test('folds differ by at most one item, in every class and in total', () => {
  const situation = fc.record({
    labels: fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 60 }),
    folds: fc.integer({ min: 2, max: 7 }),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(situation, ({ labels, folds, seed }) => {
      const foldOf = stratifiedFolds(Int32Array.from(labels), makeRng(seed), folds)
      const sizes = (holds: (item: number) => boolean): number[] =>
        Array.from({ length: folds }, (_, f) => [...foldOf].filter((fold, item) => fold === f && holds(item)).length)
      expect(spread(sizes(() => true))).toBeLessThanOrEqual(1)
      for (const y of new Set(labels)) expect(spread(sizes((item) => labels[item] === y))).toBeLessThanOrEqual(1)
    }),
  )
})

test('which items share a fold is chance', () => {
  const labels = new Int32Array(40)
  expect(stratifiedFolds(labels, makeRng(1))).toEqual(stratifiedFolds(labels, makeRng(1)))
  expect(stratifiedFolds(labels, makeRng(1))).not.toEqual(stratifiedFolds(labels, makeRng(2)))
})
