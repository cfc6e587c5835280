import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import type { PoolView } from './query-strategy.ts'
import { typiClust } from './typiclust.ts'

function pool(places: readonly number[], labels: readonly number[] = places.map(() => -1)): PoolView {
  return {
    predProbs: matrix(places.length, 2),
    features: matrix(places.length, 1, Float32Array.from(places)),
    labels: Int32Array.from(labels),
    candidates: Int32Array.from(labels.keys()).filter((item) => labels[item]! < 0),
  }
}

/** Two groups: around 0, and around 100 with more items. Most typical by mean distance to all others (by hand): items 1 and 5. */
const groups = [-1, 0, 2, 98, 99, 100, 101, 103]

test('the most typical item of the largest cluster is first, then that of the next', async () => {
  expect([...(await typiClust(pool(groups), 2, makeRng(1)))]).toEqual([5, 1])
})

test('a cluster with a label waits until all others have one', async () => {
  // One label and two picks make three clusters: the labelled item is one of the two groups or alone.
  const labelled = pool(groups, [-1, -1, -1, 0, -1, -1, -1, -1])
  const chosen = await typiClust(labelled, 1, makeRng(1))
  expect([...chosen]).toEqual([1])
})

test('clusters are visited again when there are more picks than clusters, the next most typical items first', async () => {
  // 600 items in 3 places: 500 clusters are asked for, 3 are not empty.
  const places = Array.from({ length: 600 }, (_, i) => (i % 6 === 0 ? 0 : i % 6 < 3 ? 10 : 20))
  const chosen = [...(await typiClust(pool(places), 550, makeRng(2)))]
  expect(new Set(chosen).size).toBe(550)
  expect(chosen.slice(0, 6)).toEqual([3, 1, 0, 4, 2, 6])
  expect(chosen.slice(300).map((item) => places[item])).not.toContain(0)
})

test('items that may not be asked are near others, but are never chosen', async () => {
  const view = { ...pool(groups), candidates: Int32Array.of(0, 7) }
  expect([...(await typiClust(view, 2, makeRng(3)))]).toEqual([7, 0])
})
