import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { makeProbCover, probCover } from './prob-cover.ts'
import { pureRadius } from './pure-radius.ts'
import type { PoolView } from './query-strategy.ts'

const scenes = fc
  .record({
    n: fc.integer({ min: 1, max: 150 }),
    isGrid: fc.boolean(),
    delta: fc.constantFrom(0, 0.3, 1, Math.SQRT2, 2, Infinity),
    labelled: fc.constantFrom(0, 0.05, 0.5),
    seed: fc.nat(),
  })
  .map(({ n, isGrid, delta, labelled, seed }) => {
    const rng = makeRng(seed, 'cover')
    const features = matrix(n, 2)
    for (let at = 0; at < 2 * n; at++) features.data[at] = isGrid ? rng.below(6) : 2 * rng.normal()
    const labels = Int32Array.from({ length: n }, () => (rng.uniform() < labelled ? 0 : -1))
    const candidates = Int32Array.from(labels.keys()).filter((item) => labels[item]! < 0 && rng.uniform() < 0.8)
    return { pool: { predProbs: matrix(n, 2), features, labels, candidates }, delta }
  })

/** The picks of plain greedy coverage, before any that add nothing. */
function greedy({ features, labels, candidates }: PoolView, delta: number, size: number): number[] {
  const near = (a: number, b: number): boolean => {
    const gaps = [0, 1].map((j) => features.data[2 * a + j]! - features.data[2 * b + j]!)
    return a === b || Math.sqrt(gaps[0]! ** 2 + gaps[1]! ** 2) < delta
  }
  const items = [...labels.keys()]
  const known = items.filter((item) => labels[item]! >= 0)
  let open = items.filter((item) => !known.some((centre) => near(item, centre)))
  const chosen: number[] = []
  while (chosen.length < size) {
    const [best, gain] = [...candidates]
      .filter((item) => !chosen.includes(item))
      .map((item) => [item, open.filter((other) => near(item, other)).length] as const)
      .reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0] as const)
    if (gain === 0) break
    chosen.push(best)
    open = open.filter((other) => !near(best, other))
  }
  return chosen
}

test('the picks are those of plain greedy coverage, then any candidates', async () => {
  await fc.assert(
    fc.asyncProperty(scenes, fc.integer({ min: 1, max: 40 }), async ({ pool, delta }, size) => {
      const chosen = [...(await makeProbCover({ delta })(pool, size, makeRng(1)))]
      const expected = greedy(pool, delta, size)
      expect(chosen.slice(0, expected.length)).toEqual(expected)
      expect(new Set(chosen).size).toBe(Math.min(size, pool.candidates.length))
      expect(chosen.every((item) => pool.candidates.includes(item))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('the radius reaches to the nearest item of another cluster, for all but 5 % of the items (by hand)', async () => {
  // 19 items at 0 and 21 at 10, and of two classes: all 40 are 10 away from the others. One at 4 lies 4 away from 0 and 6 away from 10.
  const twoPlaces = [...Array<number>(19).fill(0), ...Array<number>(21).fill(10)]
  const at = (places: number[]) => matrix(places.length, 1, Float32Array.from(places))
  expect(await pureRadius(at(twoPlaces), 2, makeRng(1))).toBe(10)
  // With it, 22 of 41 balls reach their nearest other at 6: that is more than 5 %.
  expect(await pureRadius(at([...twoPlaces, 4]), 2, makeRng(1))).toBe(6)
})

test('with one class only, or all items in one place, every radius is pure', async () => {
  expect(await pureRadius(matrix(3, 1, Float32Array.of(1, 2, 3)), 1, makeRng(1))).toBe(Infinity)
  expect(await pureRadius(matrix(3, 1), 2, makeRng(1))).toBe(Infinity)
})

test('two groups get a pick each before any gets two, the larger first', async () => {
  const rng = makeRng(2, 'groups')
  const features = matrix(90, 2)
  for (let at = 0; at < 180; at++) features.data[at] = (at < 60 ? 0 : 20) + rng.normal()
  const labels = new Int32Array(90).fill(-1)
  const pool = { predProbs: matrix(90, 2), features, labels, candidates: Int32Array.from(labels.keys()) }
  const chosen = await probCover(pool, 2, makeRng(3))
  expect([...chosen].map((item) => item < 30)).toEqual([false, true])
})
