import { checkIndices } from '../learners/label-checks.ts'
import { argmaxRows } from '../tensor/matrix.ts'
import type { PoolView } from './query-strategy.ts'

/**
 * Serves the class with the fewest labels, again and again: its first item that is left, after which it counts one label more, as the true class
 * is not known before the batch is answered. A class without items left is passed over. Ties go to the lowest class.
 *
 * @param ranked - Distinct items, those of one class in the order in which they are served.
 * @param count - At most the number of ranked items.
 * @param freeWeight - How much each of the pool's free labels counts.
 * @returns Items, in the order in which they were taken, shape `[count]`.
 * @throws {@link LabelwrightError} `bad-label` for a free label that is no class.
 */
export function fewestFirst(pool: PoolView, ranked: Int32Array, count: number, freeWeight = 1): Int32Array {
  const counts = labelCounts(pool, freeWeight)
  const classOf = argmaxRows(pool.predProbs)
  const buckets = Array.from(counts, (): number[] => [])
  ranked.forEach((item) => buckets[classOf[item]!]!.push(item))
  const served = new Int32Array(counts.length)
  const hasItems = (y: number): boolean => served[y]! < buckets[y]!.length
  return Int32Array.from({ length: count }, () => {
    let fewest = buckets.findIndex((_, y) => hasItems(y))
    for (let y = fewest + 1; y < counts.length; y++) if (counts[y]! < counts[fewest]! && hasItems(y)) fewest = y
    counts[fewest]!++
    return buckets[fewest]![served[fewest]!++]!
  })
}

/** Labels of each class, shape `[k]`. */
function labelCounts({ predProbs, labels, freeLabels = new Int32Array(0) }: PoolView, freeWeight: number) {
  checkIndices('free label', freeLabels, predProbs.cols)
  const counts = new Float64Array(predProbs.cols)
  for (let item = 0; item < labels.length; item++) if (labels[item]! >= 0) counts[labels[item]!]!++
  for (let at = 0; at < freeLabels.length; at++) counts[freeLabels[at]!]! += freeWeight
  return counts
}
