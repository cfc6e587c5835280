import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, type Matrix } from '../tensor/matrix.ts'
import { bald } from './bald.ts'
import { askCommittee, entropyOfRow } from './committee.ts'
import { entropy } from './entropy.ts'
import { qbc } from './qbc.ts'
import type { PoolView } from './query-strategy.ts'

/**
 * Two classes at (-1, 0) and (1, 0), forty labelled items each; then an item between them, one far to each side, and one far off in a direction
 * that tells nothing about the class.
 */
function clouds(): PoolView {
  const rng = makeRng(1, 'clouds')
  const features = matrix(84, 2)
  for (let i = 0; i < 80; i++) features.data.set([(i % 2 ? 1 : -1) + 0.3 * rng.normal(), 0.3 * rng.normal()], 2 * i)
  features.data.set([0, 0, -3, 0, 3, 0, 0, 6], 160)
  const predProbs = matrix(84, 2, new Float32Array(168).fill(0.5))
  predProbs.data.set([0.5, 0.5, 0.99, 0.01, 0.01, 0.99, 0.6, 0.4], 160)
  const labels = Int32Array.from({ length: 84 }, (_, i) => (i < 80 ? i % 2 : -1))
  return { predProbs, features, labels, candidates: Int32Array.of(80, 81, 82, 83) }
}

test('BALD asks where the members are sure and differ, entropy where they agree that nothing can be said', async () => {
  expect((await bald(clouds(), 1, makeRng(1)))[0]).toBe(83)
  expect((await entropy(clouds(), 1, makeRng(1)))[0]).toBe(80)
})

test('a committee votes alike far from the boundary, and those items come last', async () => {
  expect([...(await qbc(clouds(), 4, makeRng(1)))].slice(2).sort((a, b) => a - b)).toEqual([81, 82])
})

test('BALD and query by committee rank by what their formulas say about the members', async () => {
  const pool = clouds()
  const members: Matrix[] = []
  for await (const member of askCommittee(pool, makeRng(2))) members.push(member)
  expect(members).toHaveLength(8)
  const h = (p: number[]): number => p.reduce((sum, q) => sum - (q > 0 ? q * Math.log(q) : 0), 0)
  const rows = [0, 1, 2, 3].map((i) => members.map(({ data }) => [data[2 * i]!, data[2 * i + 1]!]))
  const mean = (list: number[][]): number[] => [0, 1].map((y) => list.reduce((sum, p) => sum + p[y]! / 8, 0))
  const gains = rows.map((list) => h(mean(list)) - list.reduce((sum, p) => sum + h(p) / 8, 0))
  const votes = members.map((member) => argmaxRows(member))
  const splits = rows.map((list, i) => {
    const ones = votes.reduce((sum, vote) => sum + vote[i]!, 0) / 8
    return h([ones, 1 - ones]) + 1e-6 * h(mean(list))
  })
  const ranked = (values: number[]): number[] => [0, 1, 2, 3].sort((a, b) => values[b]! - values[a]!).map((i) => 80 + i)
  expect([...(await bald(pool, 4, makeRng(2)))]).toEqual(ranked(gains))
  expect([...(await qbc(pool, 4, makeRng(2)))]).toEqual(ranked(splits))
})

test('the entropy of votes is that of their shares', () => {
  const votes = Float64Array.of(4, 4, 8, 0, 6, 2)
  // ln 2; 0; -(3/4 ln 3/4 + 1/4 ln 1/4)
  expect([0, 1, 2].map((row) => entropyOfRow(votes, row, 2))).toEqual([
    expect.closeTo(0.693147, 6),
    0,
    expect.closeTo(0.562335, 6),
  ])
})
