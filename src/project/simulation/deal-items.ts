import { longTail } from '../../campaign/simulation/imbalance.ts'
import { makeRng, permutation } from '../../core/rng.ts'
import type { World } from './world.ts'

/** Which items a run asks about, and which it is judged on; indices into the world's items, ascending. */
export interface Deal {
  readonly pool: Int32Array
  readonly test: Int32Array
}

/** Deals the items of one run. The same for all strategies: they are compared on equal terms. */
export function dealItems({ truth, taxonomy, test, longTail: factor }: World, seed: number): Deal {
  const isTest = test.kind === 'fixed' ? test.isTest : drawTest(truth, test.share, seed)
  const everything = Int32Array.from(truth.keys())
  const pool = everything.filter((i) => !isTest[i])
  if (factor === null) return { pool, test: everything.filter((i) => isTest[i]) }
  const kept = longTail(
    pool.map((i) => truth[i]!),
    taxonomy.k,
    factor,
    makeRng(seed, 'long tail'),
  )
  return { pool: kept.map((at) => pool[at]!), test: everything.filter((i) => isTest[i]) }
}

/** The same share of each class, which keeps at least one item in the pool. */
function drawTest(truth: Int32Array, share: number, seed: number): Uint8Array {
  const isTest = new Uint8Array(truth.length)
  const order = [...permutation(truth.length, makeRng(seed, 'test'))]
  for (const ofClass of Map.groupBy(order, (i) => truth[i]!).values()) {
    const count = Math.min(ofClass.length - 1, Math.round(share * ofClass.length))
    for (const i of ofClass.slice(0, count)) isTest[i] = 1
  }
  return isTest
}

/** So many items of each class, drawn at random, or all where there are fewer. @param truth - Class of each item, shape `[n]`. */
export function startOfEachClass(truth: Int32Array, perClass: number, seed: number): Int32Array {
  const order = [...permutation(truth.length, makeRng(seed, 'start'))]
  return Int32Array.from(
    [...Map.groupBy(order, (i) => truth[i]!).values()].flatMap((items) => items.slice(0, perClass)),
  )
}
