import type { Matrix } from '../tensor/matrix.ts'
import type { PruneCounts } from './prune-counts.ts'

/**
 * For each pair of given class `g` and true class `t`, the items labelled `g` with the largest `p[t] - p[g]` so far: a heap per pair, the
 * item to be replaced next on top. Together they are no longer than the dataset, however many items pass by.
 */
export interface LargestMargins {
  readonly prune: PruneCounts
  /** The heap of pair `q` lies at `start[q]..start[q + 1] - 1`; its first `size[q]` places are filled. */
  readonly start: Int32Array
  readonly size: Int32Array
  readonly margin: Float64Array
  readonly item: Int32Array
  /** What a margin must exceed to enter, shape `[pairs]`. */
  readonly bar: Float64Array
}

/** Empty heaps, one per pair, with as many places as labels are to be flagged. */
export function makeLargestMargins(prune: PruneCounts): LargestMargins {
  const pairs = prune.pairCount.length
  const start = new Int32Array(pairs + 1)
  for (let q = 0; q < pairs; q++) start[q + 1] = start[q]! + prune.pairCount[q]!
  return {
    prune,
    start,
    size: new Int32Array(pairs),
    margin: new Float64Array(start[pairs]!),
    item: new Int32Array(start[pairs]!),
    bar: new Float64Array(pairs).fill(-Infinity),
  }
}

/** Offers all items of a part of the probabilities, `chunk` holding the rows from `firstRow`; parts must come in ascending order. */
export function offerRows(largest: LargestMargins, chunk: Matrix, firstRow: number, labels: Int32Array): void {
  const { data, cols, rows } = chunk
  const { pairStart, pairTrue } = largest.prune
  const { bar } = largest
  for (let r = 0; r < rows; r++) {
    const given = labels[firstRow + r]!
    const start = r * cols
    const own = data[start + given]!
    const end = pairStart[given + 1]!
    for (let q = pairStart[given]!; q < end; q++) {
      const margin = data[start + pairTrue[q]!]! - own
      // Items come in ascending order, so one that only equals the bar is the last of its equals.
      if (margin > bar[q]!) enter(largest, q, margin, firstRow + r)
    }
  }
}

function enter(largest: LargestMargins, q: number, margin: number, item: number): void {
  const { start, size, bar } = largest
  const base = start[q]!
  const places = start[q + 1]! - base
  if (size[q]! < places) siftUp(largest, base, size[q]!++, { margin, item })
  else siftDown(largest, base, places, { margin, item })
  if (size[q] === places) bar[q] = largest.margin[base]!
}

interface Entry {
  readonly margin: number
  readonly item: number
}

function siftUp(largest: LargestMargins, base: number, place: number, entry: Entry): void {
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!leavesBefore(entry, entryAt(largest, base + parent))) break
    put(largest, base + place, entryAt(largest, base + parent))
    place = parent
  }
  put(largest, base + place, entry)
}

function siftDown(largest: LargestMargins, base: number, places: number, entry: Entry): void {
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= places) break
    const [left, right] = [entryAt(largest, base + child), child + 1 < places && entryAt(largest, base + child + 1)]
    const next = right && leavesBefore(right, left) ? right : left
    if (next === right) child++
    if (!leavesBefore(next, entry)) break
    put(largest, base + place, next)
    place = child
  }
  put(largest, base + place, entry)
}

function entryAt({ margin, item }: LargestMargins, at: number): Entry {
  return { margin: margin[at]!, item: item[at]! }
}

function put({ margin, item }: LargestMargins, at: number, entry: Entry): void {
  margin[at] = entry.margin
  item[at] = entry.item
}

/** Of equal margins, that of the later item leaves first. */
function leavesBefore(a: Entry, b: Entry): boolean {
  return a.margin < b.margin || (a.margin === b.margin && a.item > b.item)
}
