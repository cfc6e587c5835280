import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix } from '../tensor/matrix.ts'
import { badge } from './badge.ts'
import { logo } from './logo.ts'
import { pcb } from './pcb.ts'
import type { PoolView } from './query-strategy.ts'
import { makeTailFirst, tailFirst } from './tail-first.ts'

const rng = makeRng(1)
const times = (count: number, value: number): number[] => Array<number>(count).fill(value)

/** Items without labels, each row its probabilities; features are their numbers unless given. */
function open(probs: readonly (readonly number[])[], more: Partial<PoolView> = {}): PoolView {
  const n = probs.length
  return {
    predProbs: matrix(n, probs[0]!.length, Float32Array.from(probs.flat())),
    features: matrix(
      n,
      1,
      Float32Array.from({ length: n }, (_, i) => i),
    ),
    labels: new Int32Array(n).fill(-1),
    candidates: Int32Array.from({ length: n }, (_, i) => i),
    ...more,
  }
}

/** Predicted as 0 0 1 1 2 0; entropies .802 1.081 .898 1.030 1.030 1.099 (hand calculation). */
const six = [
  [0.7, 0.2, 0.1],
  [0.4, 0.35, 0.25],
  [0.1, 0.6, 0.3],
  [0.3, 0.5, 0.2],
  [0.2, 0.3, 0.5],
  [0.34, 0.33, 0.33],
]

test('the tail comes first, and counts grow by what is predicted inside the batch (hand calculation)', async () => {
  // Counts 5, 2, 2: class 1 is served, then 2, then 1 again; then only class 0 has items left.
  const pool = open(six, { freeLabels: Int32Array.of(...times(5, 0), 1, 1, 2, 2) })
  expect([...(await tailFirst(pool, 4, rng))]).toEqual([3, 4, 2, 5])
  expect([...(await tailFirst(pool, 99, rng))]).toEqual([3, 4, 2, 5, 1, 0])
})

test('labels of the pool and free labels count alike, unless free ones are given less weight', async () => {
  // Labels 0 1 1, free labels 0 0 0 2 2: at full weight counts are 4 2 2, at a quarter 1.75 2 0.5, at none 1 2 0.
  const pool = open([...six, ...times(3, 0).map(() => [1, 0, 0])], {
    labels: Int32Array.of(...times(6, -1), 0, 1, 1),
    candidates: Int32Array.of(0, 1, 2, 3, 4, 5),
    freeLabels: Int32Array.of(0, 0, 0, 2, 2),
  })
  const first = async (freeWeight: number) => [...(await makeTailFirst({ freeWeight })(pool, 3, rng))]
  expect(await first(1)).toEqual([3, 4, 2])
  expect(await first(0.25)).toEqual([4, 5, 3])
  expect(await first(0)).toEqual([4, 5, 1])
  expect(await tailFirst(pool, 3, rng)).toEqual(Int32Array.of(3, 4, 2))
})

test('a weight below 0, and free labels that are no classes, are refused', async () => {
  const code = (expected: string) => expect.objectContaining({ code: expected })
  for (const freeWeight of [-1, NaN, Infinity]) expect(() => makeTailFirst({ freeWeight })).toThrow(code('bad-option'))
  for (const label of [3, -1]) {
    const pool = open(six, { freeLabels: Int32Array.of(label) })
    for (const choose of [tailFirst, pcb]) {
      await expect((async () => choose(pool, 2, rng))()).rejects.toEqual(code('bad-label'))
    }
  }
})

test('PCB evens out the classes within what BADGE would take, labels from elsewhere included', async () => {
  const noise = makeRng(7, 'pcb')
  const probs = Array.from({ length: 300 }, () => times(4, 0).map(() => noise.normal() ** 4))
  const pool = open(
    probs.map((row) => row.map((value) => value / row.reduce((sum, other) => sum + other))),
    { freeLabels: Int32Array.of(0, 0, 0, 0, 2, 2) },
  )
  const classOf = argmaxRows(pool.predProbs)
  for (let seed = 0; seed < 20; seed++) {
    const left = new Set(await badge(pool, 30, makeRng(seed)))
    const counts = [4, 0, 2, 0]
    const served = new Set<number>()
    for (const item of await pcb(pool, 8, makeRng(seed))) {
      expect(left.delete(item)).toBe(true)
      counts[classOf[item]!]!++
      served.add(classOf[item]!)
    }
    // No class was served while another with items left had fewer.
    for (const item of left) for (const y of served) expect(counts[y]! - counts[classOf[item]!]!).toBeLessThan(2)
  }
})

test('a class that nothing looks like does not leave the rest of PCB to chance', async () => {
  const pool = open(
    Array.from({ length: 40 }, (_, i) => (i % 4 ? [0.6, 0.4, 0] : [0.4, 0.6, 0])),
    { freeLabels: Int32Array.of(0, 0, 0) },
  )
  const chosen = await pcb(pool, 40, makeRng(1))
  expect([...chosen.subarray(0, 3)].every((item) => item % 4 === 0)).toBe(true)
})

test('LoGo takes the most undecided item of each cluster, and then the second of each', async () => {
  // Three groups around 0, 100 and 1000 on a line; all rows are about as sure, the middle of each group the least.
  const places = [0, 1, 2, 100, 101, 102, 1000, 1001, 1002]
  const rows = places.map(
    (_, i) =>
      [
        [0.7, 0.3],
        [0.66, 0.34],
        [0.68, 0.32],
      ][i % 3]!,
  )
  const features = matrix(
    9,
    1,
    Float32Array.from(places, (place) => place + 500),
  )
  const chosen = [...(await logo(open(rows, { features }), 3, makeRng(1)))]
  expect(chosen.sort((a, b) => a - b)).toEqual([1, 4, 7])
  // Two places only: of the five items that are asked for, two are the first of a cluster.
  const twins = open([...six, ...six], { features: matrix(12, 1, new Float32Array(12)) })
  expect([...(await logo(twins, 5, makeRng(1)))]).toEqual([5, 11, 1, 7, 3])
})

test('LoGo leaves what the head is sure of for last: it falls together, however far apart its features are', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => (i < 35 ? [1, 0] : [0.5, 0.5]))
  const features = matrix(
    40,
    1,
    Float32Array.from({ length: 40 }, (_, i) => 10 * i),
  )
  const chosen = [...(await logo(open(rows, { features }), 6, makeRng(1)))].sort((a, b) => a - b)
  expect(chosen.slice(1)).toEqual([35, 36, 37, 38, 39])
})
