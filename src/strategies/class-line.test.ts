import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { lineUp } from './class-line.ts'
import { descendingOrder } from './descending-order.ts'
import { bestThreshold, direct, makeDirect } from './direct.ts'
import { galaxy } from './galaxy.ts'
import type { PoolView } from './query-strategy.ts'

/** Two classes, items in the order of how much they look like the first: `0` or `1` for a label, `.` for a candidate. */
function line(known: string): PoolView {
  const n = known.length
  const labels = Int32Array.from(known, (mark) => (mark === '.' ? -1 : Number(mark)))
  const first = Float32Array.from(labels, (_, i) => 1 - (i + 1) / (n + 1))
  return {
    predProbs: matrix(
      n,
      2,
      Float32Array.from({ length: 2 * n }, (_, at) => (at % 2 ? 1 - first[at >> 1]! : first[at >> 1]!)),
    ),
    features: matrix(n, 1),
    labels,
    candidates: Int32Array.from(labels.keys()).filter((i) => labels[i] === -1),
  }
}

const chosenBy = async (choose: typeof galaxy, pool: PoolView, size: number): Promise<number[]> => [
  ...(await choose(pool, size, makeRng(1))),
]

test('falling order is that of a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 50 }), (list) => {
      const values = Float32Array.from([...list, ...list.slice(0, 5), 0, -0])
      const expected = [...values.keys()].sort((a, b) => {
        return values[a]! < values[b]! ? 1 : values[a]! > values[b]! ? -1 : a - b
      })
      expect([...descendingOrder(values)]).toEqual(expected)
    }),
  )
})

test('a line begins with the items taken for the class, surest first, and ends with those least like it', () => {
  const predProbs = matrix(
    5,
    3,
    Float32Array.of(0.1, 0.6, 0.3, 0.5, 0.3, 0.2, 0.8, 0.1, 0.1, 0.3, 0.35, 0.35, 0.4, 0.4, 0.2),
  )
  const labels = Int32Array.of(-1, 0, -1, 2, -1)
  const pool = { predProbs, features: matrix(5, 1), labels, candidates: Int32Array.of(0, 2) }
  // Item 4 can be asked about no more. Scores for class 0: -.5, 5e-9, 8e-9, -.05.
  expect(lineUp(pool, 0)).toEqual({ items: Int32Array.of(2, 1, 3, 0), marks: Int8Array.of(0, 1, -1, 0) })
})

test('GALAXY halves a cut, and the longer rest of it again', async () => {
  expect(await chosenBy(galaxy, line('0.......1'), 4)).toEqual([4, 2, 6, 1])
})

test('GALAXY narrows the shortest cut first, whichever way the labels change', async () => {
  // Cuts of 4 and 2 open items; the middle between the labels at 0 and 5 is 2, between those at 5 and 8 it is 6.
  expect(await chosenBy(galaxy, line('0....1..0'), 3)).toEqual([6, 7, 2])
  expect(await chosenBy(galaxy, line('1....0..1'), 3)).toEqual([6, 7, 2])
})

test('GALAXY asks outward from a cut that is narrow', async () => {
  expect(await chosenBy(galaxy, line('...01....'), 7)).toEqual([2, 5, 1, 6, 0, 7, 8])
})

test('the best threshold contradicts the fewest labels (one wrong label on either side)', () => {
  // Scores of 0..8 leading items: 0 2 2 4 2 2 4 2 0; the first of the two best.
  expect(bestThreshold(Int8Array.of(1, 0, 1, -1, 0, 1, -1, -1))).toBe(3)
  expect(bestThreshold(Int8Array.of(-1, -1))).toBe(0)
  expect(bestThreshold(Int8Array.of(0, 1, 1))).toBe(3)
})

test('DIRECT asks at the best threshold, where GALAXY bisects the cuts of a wrong label', async () => {
  // The 1 at place 2 is wrong: the best threshold is behind the 0 at place 10.
  const pool = line('0.1.0.....0....1....1')
  expect(await chosenBy(direct, pool, 1)).toEqual([11])
  expect(await chosenBy(galaxy, pool, 2)).toEqual([1, 3])
})

test('the first half of a DIRECT batch comes from where the boundary may lie', async () => {
  const pool = line('..0.....1..')
  for (let seed = 0; seed < 20; seed++) {
    const [first, second] = await direct(pool, 4, makeRng(seed))
    for (const item of [first!, second!]) expect(item > 2 && item < 8).toBe(true)
  }
})

test('a small DIRECT batch can be kept for the rarest class', async () => {
  // The third class has no label: its boundary lies between the top of its line and the first other label, below which there is item 3 only.
  const predProbs = matrix(9, 3)
  for (let i = 0; i < 9; i++) {
    const last = i < 3 ? 0.1 : (i - 2) / 10
    predProbs.data.set([(1 - last) / 2, (1 - last) / 2, last], 3 * i)
  }
  const labels = Int32Array.of(0, 0, 1, -1, -1, -1, -1, -1, -1)
  const pool = { predProbs, features: matrix(9, 1), labels, candidates: Int32Array.of(3, 4, 5, 6, 7, 8) }
  for (let seed = 0; seed < 10; seed++) {
    // 6 / (2 · 3) = 1 class gets 3.
    const chosen = await makeDirect({ limit: 'floor', perClass: 3 })(pool, 6, makeRng(seed))
    expect(chosen.subarray(0, 3)).not.toContain(3)
  }
})
