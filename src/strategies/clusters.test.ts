import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { fitLinearHead, predictProbs } from '../learners/linear-head.ts'
import { labelEvidence } from '../learners/evidence.ts'
import { agglomerate } from './agglomerate.ts'
import { alfaMix } from './alfa-mix.ts'
import { clusterMargin } from './cluster-margin.ts'
import { flipDistances } from './flip-distances.ts'

function points(n: number, d: number, seed: number): Matrix {
  const rng = makeRng(seed, 'points')
  const m = matrix(n, d)
  for (let at = 0; at < m.data.length; at++) m.data[at] = rng.normal()
  return m
}

const distance = (m: Matrix, i: number, j: number): number =>
  Math.hypot(...Array.from(row(m, i), (value, at) => value - row(m, j)[at]!))

/** Merges the two clusters with the smallest mean distance, again and again. */
function byDefinition(m: Matrix, clusters: number): number[][] {
  const groups = Array.from({ length: m.rows }, (_, i) => [i])
  while (groups.length > clusters) {
    let best = { linkage: Infinity, a: 0, b: 0 }
    for (let b = 1; b < groups.length; b++) {
      for (let a = 0; a < b; a++) {
        const pairs = groups[a]!.flatMap((i) => groups[b]!.map((j) => distance(m, i, j)))
        const linkage = pairs.reduce((sum, d) => sum + d, 0) / pairs.length
        if (linkage < best.linkage) best = { linkage, a, b }
      }
    }
    groups[best.a] = [...groups[best.a]!, ...groups.splice(best.b, 1)[0]!]
  }
  return groups.map((group) => group.sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!)
}

test('average linkage merges as its definition says', async () => {
  const scene = fc.record({
    n: fc.integer({ min: 1, max: 14 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(scene, async ({ n, share, seed }) => {
      const m = points(n, 3, seed)
      const clusters = 1 + Math.floor(share * (n - 1))
      const clusterOf = await agglomerate(m, clusters)
      const groups = [...Map.groupBy(clusterOf.keys(), (i) => clusterOf[i]!).values()]
      expect(groups).toEqual(byDefinition(m, clusters))
    }),
    { numRuns: 30 },
  )
})

test('clusters far from the origin are told apart', async () => {
  const m = points(30, 4, 7)
  const far = matrix(
    30,
    4,
    m.data.map((value) => Math.round(64 * value) / 64 + 8192),
  )
  const near = matrix(
    30,
    4,
    far.data.map((value) => value - 8192),
  )
  expect(await agglomerate(far, 10)).toEqual(await agglomerate(near, 10))
})

test('points that coincide are merged first', async () => {
  const m = matrix(5, 1, Float32Array.of(1, 4, 1, 4, 9))
  expect([...(await agglomerate(m, 3))]).toEqual([0, 1, 0, 1, 2])
})

test('Cluster-Margin asks about one item of each cluster, however many are as doubtful in the largest', async () => {
  // Clusters of 20, 15 and 5 items far apart, all doubtful; 10 that are not.
  const n = 50
  const clusterOf = (i: number): number => (i < 20 ? 0 : i < 35 ? 1 : i < 40 ? 2 : 3)
  const noise = points(n, 2, 1)
  const features = matrix(
    n,
    2,
    noise.data.map((value, at) => 0.01 * value + 10 * clusterOf(at >> 1) * (at % 2)),
  )
  const predProbs = matrix(
    n,
    2,
    Float32Array.from({ length: 2 * n }, (_, at) => (at < 80 ? 0.5 : at % 2)),
  )
  const pool = {
    predProbs,
    features,
    labels: new Int32Array(n).fill(-1),
    candidates: Int32Array.from({ length: n }, (_, i) => i),
  }
  for (let seed = 0; seed < 5; seed++) {
    const chosen = await clusterMargin({ ...pool, candidates: pool.candidates.slice(0, 40) }, 4, makeRng(seed))
    expect(new Set(Array.from(chosen, clusterOf)).size).toBeGreaterThanOrEqual(3)
  }
  expect((await clusterMargin(pool, 4, makeRng(1))).every((item) => item < 40)).toBe(true)
})

test('an item that moves along its gradient flips right after its flip distance', async () => {
  const features = points(40, 4, 3)
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 3)
  const head = await fitLinearHead(features, labelEvidence(labels, 3), { l2: 0.1 })
  const guesses = argmaxRows(await predictProbs(head, features))
  const probs = await predictProbs(head, features)
  const moved = async (share: number, distances: Float64Array): Promise<Int32Array> => {
    const there = matrix(40, 4, features.data.slice())
    for (let i = 0; i < 40; i++) {
      const residual = row(probs, i).map((p, y) => p - (y === guesses[i] ? 1 : 0))
      const gradient = [0, 1, 2, 3].map((j) =>
        residual.reduce((sum, r, y) => sum + r * head.weights.data[3 * j + y]!, 0),
      )
      gradient.forEach((g, j) => (there.data[4 * i + j]! += (share * distances[i]! * g) / Math.hypot(...gradient)))
    }
    return argmaxRows(await predictProbs(head, there))
  }
  const distances = await flipDistances(head, features)
  expect(distances.every((d) => d > 0 && d < Infinity)).toBe(true)
  expect(await moved(0.99, distances)).toEqual(guesses)
  expect((await moved(1.01, distances)).every((guess, i) => guess !== guesses[i])).toBe(true)
})

test('ALFA-Mix asks about the items whose class a small mixture flips', async () => {
  // Two labelled classes at -1 and 1 on the first axis; of ten candidates, the four near 0 flip first.
  const at = [-1, 1, -0.9, 0.05, 0.9, -0.05, 1.1, -1.1, 0.1, 0.8, -0.8, -0.1]
  const features = matrix(12, 2, Float32Array.from(at.flatMap((x, i) => [x, 0.1 * Math.sin(i)])))
  const labels = Int32Array.from(at, (_, i) => (i < 2 ? i : -1))
  const candidates = Int32Array.from({ length: 10 }, (_, i) => i + 2)
  const pool = { predProbs: matrix(12, 2, new Float32Array(24).fill(0.5)), features, labels, candidates }
  expect([...(await alfaMix(pool, 4, makeRng(1)))].sort((a, b) => a - b)).toEqual([3, 5, 8, 11])
})

test('ALFA-Mix moves items by the root of the number of columns less at first', async () => {
  // As above in 16 columns: a move of 0.2 / 4 of the way of 1.05 to the farther class reaches across 0 from 0.05, not from 0.1.
  const at = [-1, 1, -0.9, 0.1, 0.9, -0.1, 1.1, -1.1, 0.05, 0.8, -0.8, -0.05]
  const features = matrix(12, 16)
  at.forEach((x, i) => (features.data[16 * i] = x))
  const labels = Int32Array.from(at, (_, i) => (i < 2 ? i : -1))
  const candidates = Int32Array.from({ length: 10 }, (_, i) => i + 2)
  const pool = { predProbs: matrix(12, 2, new Float32Array(24).fill(0.5)), features, labels, candidates }
  expect([...(await alfaMix(pool, 2, makeRng(1)))]).toEqual([8, 11])
})
