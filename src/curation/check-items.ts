import { LabelwrightError } from '../core/error.ts'

/**
 * Refuses labels that are not one for each of `n` items, or name no class.
 *
 * @param least - The smallest label allowed: 0, or -1 where an item may have none.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`.
 */
export function checkLabels(labels: Int32Array, n: number, k: number, least = 0): void {
  checkLength(labels.length, n, 'labels')
  for (let i = 0; i < n; i++) {
    if (labels[i]! >= least && labels[i]! < k) continue
    throw new LabelwrightError(
      'bad-label',
      `Item ${i} (counted from 0) has the label ${labels[i]}, known are ${least} to ${k - 1}.`,
      'Pass class indices, and as many classes as there are.',
    )
  }
}

/**
 * Refuses a list that does not have one entry for each of `n` items.
 *
 * @throws {@link LabelwrightError} `length-mismatch`.
 */
export function checkLength(length: number, n: number, what: string): void {
  if (length === n) return
  throw new LabelwrightError(
    'length-mismatch',
    `Got ${n} items but ${length} ${what}.`,
    'Pass one for each item, in the same order.',
  )
}

/**
 * Refuses to look for more neighbours than there are other items.
 *
 * @throws {@link LabelwrightError} `too-few-items`.
 */
export function checkNeighbours(n: number, neighbours: number): void {
  if (Number.isInteger(neighbours) && neighbours >= 1 && neighbours < n) return
  throw new LabelwrightError(
    'too-few-items',
    `Each of ${n} items has ${Math.max(0, n - 1)} others, not ${neighbours} neighbours.`,
    'Ask for fewer neighbours (1 or more), or pass more items.',
  )
}

/** The number of classes that plain labels need: the highest plus 1. */
export function classCount(labels: Int32Array): number {
  let highest = -1
  for (let i = 0; i < labels.length; i++) if (labels[i]! > highest) highest = labels[i]!
  return highest + 1
}
