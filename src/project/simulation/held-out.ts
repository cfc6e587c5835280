import { LabelwrightError } from '../../core/error.ts'
import type { Item } from '../../core/item.ts'
import { amount } from '../words.ts'
import { dealItems } from './deal-items.ts'
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
