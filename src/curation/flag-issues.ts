import { countLabels } from './class-thresholds.ts'
import { notCounted } from './confident-classes.ts'
import type { CountedItems } from './confident-classes.ts'
import { flagSmallest } from './flag-smallest.ts'
import type { LargestMargins } from './largest-margins.ts'
import type { PruneCounts } from './prune-counts.ts'
import type { RowScan } from './row-scan.ts'

const tolerance = 1e-6

/** Items counted for another class than the given one, less those whose given label is the likeliest. Flags, shape `[n]`. */
export function flagOffDiagonal({ labels, scan, counted }: CountedItems): Uint8Array {
  const flags = new Uint8Array(labels.length)
  for (let i = 0; i < flags.length; i++) {
    if (counted[i] !== notCounted && counted[i] !== labels[i]) flags[i] = 1
  }
  return spareLikeliest(flags, labels, scan)
}

/** Items whose likeliest class is not the given one. */
export function flagPredictedOther({ labels, scan }: CountedItems): Uint8Array {
  return spareLikeliest(new Uint8Array(labels.length).fill(1), labels, scan)
}

/** As many items of each given class as the joint says are wrong, those with the lowest self-confidence. */
export function flagByClass({ labels, classes, scan }: CountedItems, { kept }: PruneCounts): Uint8Array {
  const flags = new Uint8Array(labels.length)
  const { items, start } = itemsByLabel(labels, classes)
  for (let c = 0; c < classes; c++) {
    const ofClass = items.subarray(start[c], start[c + 1])
    flagSmallest(scan.selfConfidence, ofClass, ofClass.length - kept[c]!, flags)
  }
  return spareLikeliest(flags, labels, scan)
}

/** For each pair of given and true class the items with the largest margins. */
export function flagByMargin({ labels, scan }: CountedItems, { item }: LargestMargins): Uint8Array {
  const flags = new Uint8Array(labels.length)
  for (let at = 0; at < item.length; at++) flags[item[at]!] = 1
  return spareLikeliest(flags, labels, scan)
}

/** The items with the lowest score, as many as {@link flagOffDiagonal} flags. */
export function flagLowest(items: CountedItems, score: 'self_confidence' | 'normalized_margin'): Uint8Array {
  const { labels, scan } = items
  const count = flagOffDiagonal(items).reduce((sum, flag) => sum + flag, 0)
  const flags = new Uint8Array(labels.length)
  const scores = score === 'self_confidence' ? scan.selfConfidence : lowMargins(items)
  flagSmallest(
    scores,
    Int32Array.from(flags, (_, i) => i),
    count,
    flags,
  )
  return flags
}

/**
 * `p[given] - p[likeliest]`, which orders items as their margin does where the two classes differ. Where they are the same the margin is
 * not negative, and above those of all items off the diagonal, of which there are enough.
 */
function lowMargins({ scan: { selfConfidence, topProb } }: CountedItems): Float64Array {
  return Float64Array.from(selfConfidence, (own, i) => own - topProb[i]!)
}

/** A label that is the model's likeliest class is no error, whatever the counts say. */
function spareLikeliest(flags: Uint8Array, labels: Int32Array, { top, topProb, selfConfidence }: RowScan): Uint8Array {
  for (let i = 0; i < flags.length; i++) {
    const own = selfConfidence[i]! + tolerance
    if (own > topProb[i]! || top[i] === labels[i] || (own === topProb[i] && labels[i]! < top[i]!)) flags[i] = 0
  }
  return flags
}

/** The items with each label, ascending: those of class `c` are `items[start[c]..start[c + 1] - 1]`. */
function itemsByLabel(labels: Int32Array, k: number): { items: Int32Array; start: Int32Array } {
  const start = new Int32Array(k + 1)
  countLabels(labels, k).forEach((count, c) => (start[c + 1] = start[c]! + count))
  const items = new Int32Array(labels.length)
  const next = start.slice()
  for (let i = 0; i < labels.length; i++) items[next[labels[i]!]!++] = i
  return { items, start }
}
