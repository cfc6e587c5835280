import { LabelwrightError } from '../core/error.ts'
import { entropy } from './entropy.ts'
import { fewestFirst } from './fewest-first.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

export interface TailFirstOptions {
  /**
   * How many labels one free label is worth, from 0. Default 1, as in the paper. Below 1 where free labels are often wrong: at full weight, a
   * class that was given many wrong ones looks rich and is never asked about.
   */
  readonly freeWeight?: number
}

/**
 * Tail first sampling: the most undecided item that looks like the class with the fewest labels, labels of open data included; then again, with
 * one label more for that class. See `docs/methods/tail-first.md`.
 *
 * The paper asks for as many items as there are classes; here the batch has any size.
 *
 * @returns A strategy that throws `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @throws {@link LabelwrightError} `bad-option` for a weight that is no number from 0.
 * @see Wang, Wang, Kong, 2025 (arXiv:2506.01724).
 * @example
 * ```ts
 * const next = await makeTailFirst({ freeWeight: 0.5 })({ ...pool, freeLabels }, 50, makeRng(1))
 * ```
 */
export function makeTailFirst({ freeWeight = 1 }: TailFirstOptions = {}): QueryStrategy {
  if (!(freeWeight >= 0 && freeWeight < Infinity)) {
    throw new LabelwrightError('bad-option', `The weight of free labels is ${freeWeight}.`, 'Give a number from 0.')
  }
  return async (pool, batchSize, rng) => {
    const ranked = await entropy(pool, pool.candidates.length, rng)
    return fewestFirst(pool, ranked, batchOf(pool.candidates, batchSize), freeWeight)
  }
}

/** {@link makeTailFirst} as in the paper: a free label counts as much as any other. */
export const tailFirst: QueryStrategy = makeTailFirst()
