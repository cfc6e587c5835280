import { expect, test } from 'vitest'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { dealItems, startOfEachClass } from './deal-items.ts'
import { smallWorld } from './small-world.ts'
import type { World } from './world.ts'

/** 100 items of class a, 50 of b, one of c. */
const truth = Int32Array.from({ length: 151 }, (_, i) => (i < 100 ? 0 : i < 150 ? 1 : 2))
const taxonomy = makeTaxonomy([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
const world: World = { ...smallWorld, taxonomy, truth }
const countOf = (items: Int32Array, y: number): number => items.filter((i) => truth[i] === y).length

test('the test takes its share of each class, and leaves every class something to label', () => {
  const { pool, test } = dealItems(world, 1)
  expect([0, 1, 2].map((y) => [countOf(pool, y), countOf(test, y)])).toEqual([
    [70, 30],
    [35, 15],
    [1, 0],
  ])
  expect([...pool, ...test].sort((a, b) => a - b)).toEqual([...truth.keys()])
})

test('each seed deals otherwise, and always the same', () => {
  expect(dealItems(world, 2)).toEqual(dealItems(world, 2))
  expect(dealItems(world, 2).test).not.toEqual(dealItems(world, 1).test)
})

test('a long tail thins the pool out and leaves the test as it is', () => {
  const { pool, test } = dealItems({ ...world, longTail: 49 }, 1)
  expect(test).toEqual(dealItems(world, 1).test)
  // 70 · 49^(-c/2): 70, 10 and 1.
  expect([0, 1, 2].map((y) => countOf(pool, y))).toEqual([70, 10, 1])
})

test("the dataset's own split holds for all seeds", () => {
  const isTest = truth.map((_, i) => (i % 2 === 0 ? 1 : 0))
  const fixed: World = { ...world, test: { kind: 'fixed', isTest: Uint8Array.from(isTest) } }
  expect(dealItems(fixed, 1)).toEqual(dealItems(fixed, 2))
  expect(dealItems(fixed, 1).test.every((i) => i % 2 === 0)).toBe(true)
})

test('a start of three of each class has all there are of a smaller one', () => {
  const start = startOfEachClass(truth, 3, 1)
  expect([0, 1, 2].map((y) => countOf(start, y))).toEqual([3, 3, 1])
  expect(new Set(start).size).toBe(7)
})
