import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import type { PoolView } from './query-strategy.ts'

/**
 * Refuses a pool whose parts do not fit together, or that holds a value that is not finite where the strategy reads.
 *
 * @param reads - What is looked through for NaN and Infinity: a strategy that ranks a million items by their probabilities has no need to
 *   pay for their features.
 * @throws {@link LabelwrightError} `length-mismatch`; `bad-label` for a label that is no class, or candidates that are not ascending items of the
 *   pool; `bad-probability`, `bad-feature-value`. All but the first name the item.
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
  checkIndices(pool)
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

function checkIndices({ predProbs, labels, candidates }: PoolView): void {
  for (let item = 0; item < labels.length; item++) {
    if (labels[item]! < predProbs.cols) continue
    throw new LabelwrightError(
      'bad-label',
      `Item ${item} has label ${labels[item]}, but there are probabilities of ${predProbs.cols} classes.`,
      'Pass class indices from 0, and -1 where there is no label.',
    )
  }
  for (let place = 0; place < candidates.length; place++) {
    const [before, item] = [candidates[place - 1] ?? -1, candidates[place]!]
    if (item > before && item < labels.length) continue
    throw new LabelwrightError(
      'bad-label',
      `Candidate ${item} comes after ${before} in a pool of ${labels.length} items.`,
      'Pass items of the pool in ascending order, none twice.',
    )
  }
}

/** The first row with a value that is not finite, or -1. */
function findNotFinite({ data, cols }: Matrix): number {
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) return Math.floor(at / cols)
  return -1
}
