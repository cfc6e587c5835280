import { LabelwrightError } from '../core/error.ts'
import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { nearestNeighbours } from '../tensor/nearest-neighbours.ts'
import { checkLength } from './check-items.ts'
import { judgeNearness, type NearOptions } from './nearness.ts'

/** What {@link findLeaks} found. */
export interface Leaks {
  /** Items to take out of their split so that nothing leaks any more, nearest copies first. */
  readonly giveUp: Int32Array
  /** For each of them the item that it repeats, in a split that comes before; never one that is given up itself. */
  readonly repeats: Int32Array
  /** How far it is from that item. */
  readonly distances: Float32Array
}

export interface LeakOptions {
  /** Splits from the one that must keep its items to the one that gives up most, e.g. `[test, validation, train]`. Default: smallest first. */
  readonly keep?: readonly number[]
}

/**
 * Items that repeat, equally or nearly, an item of another split: a head that learned one of them knows the answer to the other. One
 * split keeps its items, the next gives up what repeats them, and so on; by default the smallest keeps, which is seldom the training set.
 *
 * Unlike a chain of {@link findNearDuplicates}, every item given up is itself near the one it repeats.
 *
 * @param features - Shape `[n, d]`, all splits together.
 * @param splits - Split of each item, shape `[n]`, values from 0; -1 for items in none.
 * @throws {@link LabelwrightError} `too-few-items` for fewer than 2 items, `length-mismatch`, `bad-feature-value`, `bad-option` where
 *   `keep` lacks a split or names one twice, or a threshold or share is negative.
 * @see Barz, Denzler, Do We Train on Test Data? Purging CIFAR of Near-Duplicates, J. Imaging 2020 (arXiv:1902.00423).
 */
export async function findLeaks(
  features: Matrix,
  splits: Int32Array,
  options: LeakOptions & NearOptions = {},
): Promise<Leaks> {
  checkLength(splits.length, features.rows, 'splits')
  const order = orderOf(splits, options.keep)
  const { isNear } = await judgeNearness(features, options)
  const { metric = 'cosine' } = options
  const found: Leak[] = []
  let kept = new Int32Array(0)
  for (const split of order) {
    const items = Int32Array.from(splits.keys()).filter((item) => splits[item] === split)
    const { k, indices, distances } = await nearestNeighbours(
      gatherRows(features, items),
      gatherRows(features, kept),
      1,
      { metric },
    )
    const longer = new Int32Array(kept.length + items.length)
    longer.set(kept)
    let end = kept.length
    for (let i = 0; i < items.length; i++) {
      const [item, repeats, distance] = [items[i]!, kept[indices[i]!]!, distances[i]!]
      if (k > 0 && isNear(item, repeats, distance)) found.push({ item, repeats, distance })
      else longer[end++] = item
    }
    kept = longer.subarray(0, end)
  }
  return nearestFirst(found)
}

/**
 * {@link findLeaks} by content hashes: equal items only.
 *
 * @param hashes - Shape `[n]`.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-option`.
 */
export function findEqualLeaks(hashes: readonly string[], splits: Int32Array, options: LeakOptions = {}): Leaks {
  checkLength(splits.length, hashes.length, 'splits')
  const found: Leak[] = []
  const keeper = new Map<string, number>()
  for (const split of orderOf(splits, options.keep)) {
    hashes.forEach((hash, item) => {
      if (splits[item] !== split) return
      const repeats = keeper.get(hash)
      if (repeats === undefined) keeper.set(hash, item)
      else if (splits[repeats] !== split) found.push({ item, repeats, distance: 0 })
    })
  }
  return nearestFirst(found)
}

interface Leak {
  readonly item: number
  readonly repeats: number
  readonly distance: number
}

function nearestFirst(found: Leak[]): Leaks {
  found.sort((a, b) => a.distance - b.distance || a.item - b.item)
  return {
    giveUp: Int32Array.from(found, ({ item }) => item),
    repeats: Int32Array.from(found, ({ repeats }) => repeats),
    distances: Float32Array.from(found, ({ distance }) => distance),
  }
}

function orderOf(splits: Int32Array, keep?: readonly number[]): readonly number[] {
  const size = new Map<number, number>()
  for (const split of splits) if (split >= 0) size.set(split, (size.get(split) ?? 0) + 1)
  if (!keep) return [...size.keys()].sort((a, b) => size.get(a)! - size.get(b)! || a - b)
  if (new Set(keep).size === keep.length && [...size.keys()].every((split) => keep.includes(split))) return keep
  throw new LabelwrightError(
    'bad-option',
    `The order of splits is ${keep.join(', ')}, but the splits are ${[...size.keys()].sort((a, b) => a - b).join(', ')}.`,
    'Name each of them once, the one that keeps its items first.',
  )
}
