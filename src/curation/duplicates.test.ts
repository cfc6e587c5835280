import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { findExactDuplicates, findNearDuplicates } from './duplicates.ts'
import { groupTies, makeTies, type ItemGroups } from './item-groups.ts'

const lists = ({ offsets, members }: ItemGroups): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, g) => [...members.subarray(offsets[g], offsets[g + 1])])
const line = (...values: number[]): Matrix => matrix(values.length, 1, Float32Array.from(values))

/** All pairs, in 64 bits. */
function cosineDistances(features: Matrix): number[][] {
  const all = Array.from({ length: features.rows }, (_, i) => [...row(features, i)])
  return all.map((a) =>
    all.map((b) => 1 - a.reduce((sum, value, f) => sum + value * b[f]!, 0) / (Math.hypot(...a) * Math.hypot(...b))),
  )
}

test('equal rows are found, whatever their number, also where 0 meets -0', () => {
  const values = fc.array(fc.constantFrom(0, -0, 1, 0.1), { maxLength: 40 })
  fc.assert(
    fc.property(values, (flat) => {
      const n = Math.floor(flat.length / 2)
      const features = matrix(n, 2, Float32Array.from(flat.slice(0, 2 * n)))
      const ties = makeTies(n)
      for (let a = 0; a < n; a++)
        for (let b = 0; b < a; b++) if (flat[2 * a] == flat[2 * b] && flat[2 * a + 1] == flat[2 * b + 1]) ties.tie(a, b)
      expect(findExactDuplicates(features)).toEqual(groupTies(ties, new Float32Array(n)))
    }),
  )
})

test('equal content hashes are found', () => {
  const groups = findExactDuplicates(['ab', 'cd', 'ab', 'ef', 'cd', 'ab'])
  expect(lists(groups)).toEqual([
    [0, 2, 5],
    [1, 4],
  ])
  expect([...groups.spread]).toEqual([0, 0])
})

test('near duplicates are all that pairs below the threshold tie together', async () => {
  const situation = fc.record({
    n: fc.integer({ min: 2, max: 11 }),
    threshold: fc.constantFrom(0.001, 0.01, 0.1),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(situation, async ({ n, threshold, seed }) => {
      const rng = makeRng(seed, 'duplicates')
      const features = matrix(
        n,
        2,
        Float32Array.from({ length: 2 * n }, () => rng.normal()),
      )
      const distances = cosineDistances(features)
      const ties = makeTies(n)
      const nearest = distances.map((to, i) => Math.min(...to.filter((_, j) => j !== i)))
      for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) if (distances[a]![b]! < threshold) ties.tie(a, b)
      const found = await findNearDuplicates(features, { threshold })
      expect(lists(found)).toEqual(lists(groupTies(ties, Float32Array.from(nearest))))
    }),
    { numRuns: 60 },
  )
})

test('near is what is a small share of the usual gap, and copies are near at any threshold', async () => {
  // Nearest others at 0, 0, 1, 0.05, 0.05, 5: median 0.05.
  const features = line(0, 0, 1, 10, 10.05, 15.05)
  const datalab = { metric: 'euclidean', relative: 0.13, isolation: 1 } as const
  const found = await findNearDuplicates(features, datalab)
  expect(found.threshold).toBeCloseTo(0.13 * 0.05, 5)
  expect(lists(found)).toEqual([[0, 1]])
  const wider = await findNearDuplicates(features, { ...datalab, relative: 1.5 })
  expect(lists(wider)).toEqual([
    [0, 1],
    [3, 4],
  ])
  expect(wider.spread[1]).toBeCloseTo(0.05, 5)
  expect(lists(await findNearDuplicates(features, { metric: 'euclidean', threshold: 0 }))).toEqual([[0, 1]])
})

test('in a dense cloud everything is near, and only the copy in it is a copy', async () => {
  const rng = makeRng(1, 'cloud')
  const features = matrix(100, 16)
  for (let at = 0; at < features.data.length; at++) features.data[at] = (at < 40 * 16 ? 0.1 : 1) * rng.normal()
  features.data.set(
    row(features, 7).map((value) => value + 0.01),
    8 * 16,
  )
  const euclidean = { metric: 'euclidean' } as const
  expect(lists(await findNearDuplicates(features, euclidean))).toEqual([[7, 8]])
  const all = await findNearDuplicates(features, { ...euclidean, isolation: 1 })
  expect(lists(all)).toEqual([Array.from({ length: 40 }, (_, i) => i)])
})

test('a hundred copies of one item are one group, although only twenty neighbours are looked at', async () => {
  const features = line(...Array.from({ length: 103 }, (_, i) => (i < 100 ? 7 : 100 * i)))
  expect(lists(await findNearDuplicates(features, { metric: 'euclidean' }))).toEqual([
    Array.from({ length: 100 }, (_, i) => i),
  ])
})

test.each([
  ['one item', line(1), {}, 'too-few-items'],
  ['no items', line(), {}, 'too-few-items'],
  ['more neighbours than others', line(1, 2, 3), { neighbours: 3 }, 'too-few-items'],
  ['a feature that is no number', line(1, NaN, 3), {}, 'bad-feature-value'],
  ['a negative threshold', line(1, 2), { threshold: -1 }, 'bad-option'],
  ['a threshold that is no number', line(1, 2), { relative: NaN }, 'bad-option'],
  ['a negative share', line(1, 2), { isolation: -1 }, 'bad-option'],
])('%s: refused', async (_, features, options, code) => {
  await expect(findNearDuplicates(features, options)).rejects.toMatchObject({ code })
})

test('a copy is looked for among numbers only', () => {
  expect(() => findExactDuplicates(line(1, Infinity))).toThrow(expect.objectContaining({ code: 'bad-feature-value' }))
})
