import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import type { PoolView } from './query-strategy.ts'

/**
 * Refuses a pool whose parts do not fit together, or that holds a value that is not finite where the strategy reads.
 *
 * @param reads - What is looked through for NaN and Infinity: a strategy that ranks a million items by their probabilities has no need to
 *   pay for their features.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-probability`, `bad-feature-value`; the last two name the item.
 */
export function checkPool(pool: PoolView, ...reads: readonly ('predProbs' | 'features')[]): void {
  const { predProbs, features, labels } = pool
  if (predProbs.rows !== features.rows || predProbs.rows !== labels.length) {
    throw new LabelwrightError(
      'length-mismatch',
      `The pool has probabilities of ${predProbs.rows} items, features of ${features.rows} and labels of ${labels.length}.`,
      'Pass all three over the same items, in the same order.',
    )
  }
  for (const part of reads) {
    const item = findNotFinite(pool[part])
    if (item < 0) continue
    throw part === 'features'
      ? new LabelwrightError(
          'bad-feature-value',
          `The features of item ${item} hold a value that is not finite.`,
          'Leave the item out, or encode it again.',
        )
      : new LabelwrightError(
          'bad-probability',
          `The class probabilities of item ${item} are not numbers.`,
          'Look for NaN in its features.',
        )
  }
}

/** The first row with a value that is not finite, or -1. */
function findNotFinite({ data, cols }: Matrix): number {
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) return Math.floor(at / cols)
  return -1
}
