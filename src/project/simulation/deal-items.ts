import { longTail } from '../../campaign/simulation/imbalance.ts'
import { LabelwrightError } from '../../core/error.ts'
import type { Item } from '../../core/item.ts'
import { makeRng, permutation } from '../../core/rng.ts'
import { amount } from '../words.ts'
import type { World } from './world.ts'

const usualTestShare = 0.3
const heldOutSplits: ReadonlySet<string> = new Set(['test', 'val', 'valid', 'validation', 'dev'])

/** Which items nobody is asked about, and how that is said: the given share, else the dataset's own split, else the usual share. */
export function heldOut(items: readonly Item[], share: number | null): { split: World['test']; note: string } {
  const isTest = Uint8Array.from(items, ({ labels }) =>
    heldOutSplits.has(labels['split']?.toLowerCase() ?? '') ? 1 : 0,
  )
  const held = isTest.reduce((sum, is) => sum + is, 0)
  if (share === null && held > 0 && held < items.length) {
    return {
      split: { kind: 'fixed', isTest },
      note: `${amount(held, 'item')} by the dataset's column "split"; nobody is asked about them`,
    }
  }
  const drawn = share ?? usualTestShare
  return {
    split: { kind: 'share', share: drawn },
    note:
      drawn === 0
        ? 'none'
        : `${Math.round(100 * drawn)} % of each class, drawn by each seed; nobody is asked about them`,
  }
}

/**
 * A share may be too small for any class to give an item away, or so large that each keeps a single one.
 *
 * @throws {@link LabelwrightError} `bad-option`.
 */
export function checkDeal(world: World, seed: number): void {
  if (world.test.kind === 'fixed' || world.test.share === 0) return
  const { pool, test } = dealItems(world, seed)
  const classes = new Set(world.truth).size
  if (test.length > 0 && pool.length > classes) return
  throw new LabelwrightError(
    'bad-option',
    `Of ${amount(world.items.length, 'item')} in ${classes} classes, --test ${world.test.share} leaves ${pool.length} to label and ${test.length} for the test.`,
    'Give another share, or --test 0 for no test.',
  )
}

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
