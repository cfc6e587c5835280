import type { Matrix } from '../../tensor/matrix.ts'
import { entropyOf } from '../entropy.ts'
import { batchOf, largest } from '../query-strategy.ts'

/** A pool in two: where a foundation model's labels are taken, and where people are asked. */
export interface NoiseSplit {
  /** Most doubtful first. */
  readonly noise: Int32Array
  /** Most doubtful first; every item in it has a pseudo-label. */
  readonly clean: Int32Array
}

/** What is held of each item before people are asked. */
export interface Priors {
  /** What the small and the foundation model hold together, shape `[n, k]`. */
  readonly together: Matrix
  /** Class that the foundation model gives each item, shape `[n]`, values in `0..k-1`; -1 where there is none that could be taken. */
  readonly pseudoLabels: Int32Array
}

/**
 * The items with the highest imbalance-aware entropy `H_b(x) = (w_ŷ / max w) · H(p̄(x))`, `w` the number of pseudo-labels of each class among
 * the items. Rare pseudo-labels are scaled down and so look clean: on a long tail those of a foundation model are worth most.
 *
 * An item without a pseudo-label counts in full, and goes to the noise set even beyond `rho`.
 *
 * @param items - Those that nobody has settled.
 * @param rho - The noise set's share of them, rounded down, in `[0, 1]`.
 * @see PriorAL, ICML 2026 (arXiv:2606.07630).
 */
export function splitNoise(items: Int32Array, rho: number, { together, pseudoLabels }: Priors): NoiseSplit {
  const counts = new Float64Array(together.cols)
  for (const item of items) if (pseudoLabels[item]! >= 0) counts[pseudoLabels[item]!]!++
  const most = counts.reduce((max, count) => Math.max(max, count), 0)
  const weight = (item: number): number => (pseudoLabels[item]! < 0 ? 1 : counts[pseudoLabels[item]!]! / most)
  const ranked = largest(items, items.length, (item) => weight(item) * entropyOf(together, item))
  const size = batchOf(items, rho * items.length)
  const isNoise = (item: number, place: number): boolean => place < size || pseudoLabels[item]! < 0
  return { noise: ranked.filter(isNoise), clean: ranked.filter((item, place) => !isNoise(item, place)) }
}

/** `batchSize` items of the noise set that the small model is most in doubt of; where they are too few, the most doubtful of the clean set. */
export function queryNoise({ noise, clean }: NoiseSplit, predProbs: Matrix, batchSize: number): Int32Array {
  const asked = largest(noise, batchSize, (item) => entropyOf(predProbs, item))
  return Int32Array.of(...asked, ...clean.subarray(0, batchOf(clean, batchSize - asked.length)))
}
