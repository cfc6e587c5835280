import type { Matrix } from '../tensor/matrix.ts'
import { notCounted, several } from './confident-classes.ts'
import type { SoleClass } from './confident-classes.ts'
import { asBits, badProbability, bitsOf, isNearZero, largestBits, nextAbove, topOfRow } from './row-scan.ts'
import type { RowScan } from './row-scan.ts'

/** Probabilities above it are kept: at most 20 of a row that sums to 1. Few thresholds are lower. */
const keptAbove = 0.05
const keptBits = bitsOf(keptAbove)
const keptPerRow = 20
const mostKept = 1 << 25

/**
 * The classes to which items may confidently belong, kept until the thresholds are known, so that a file need not be read again for them.
 */
export interface LikelyClasses {
  /** Those of item `i` are entries `start[i]..start[i + 1] - 1`; shape `[n + 1]`. */
  readonly start: Float64Array
  readonly classes: Int32Array
  readonly probs: Float32Array
}

/** Room for the likely classes of `n` items; the operating system gives it memory as it is filled. */
export function makeLikelyClasses(n: number, k: number): LikelyClasses {
  const most = Math.min(n * Math.min(k, keptPerRow), mostKept)
  return { start: new Float64Array(n + 1), classes: new Int32Array(most), probs: new Float32Array(most) }
}

/**
 * Scans rows as `scanRows` does, and keeps their likely classes as long as there is room.
 *
 * @param chunk - Rows `firstRow..` of the probabilities; parts must come in ascending order.
 * @throws {@link LabelwrightError} `bad-probability`.
 */
export function scanLikelyRows(
  chunk: Matrix,
  firstRow: number,
  labels: Int32Array,
  into: RowScan & LikelyClasses,
): void {
  const { data, cols, rows } = chunk
  const { start, classes, probs } = into
  const bits = asBits(data)
  for (let r = 0; r < rows; r++) {
    const begin = r * cols
    const end = begin + cols
    let kept = start[firstRow + r]!
    let top = -1
    let topBits = 0
    for (let at = nextAbove(bits, begin, end, keptBits); at < end; at = nextAbove(bits, at + 1, end, keptBits)) {
      const b = bits[at]!
      if (b > largestBits) {
        if (isNearZero(data[at]!)) continue
        throw badProbability(firstRow + r, at - begin, data[at]!)
      }
      classes[kept] = at - begin
      probs[kept++] = data[at]!
      if (b > topBits) {
        topBits = b
        top = at
      }
    }
    start[firstRow + r + 1] = kept
    if (top < 0) top = topOfRow(bits, begin, end, data)
    into.top[firstRow + r] = top - begin
    into.topProb[firstRow + r] = data[top]!
    into.selfConfidence[firstRow + r] = data[begin + labels[firstRow + r]!]!
  }
}

/** Whether every class that reaches its bar was kept. */
export function keptAll({ start, classes }: LikelyClasses, bars: Float64Array): boolean {
  return start.at(-1)! <= classes.length && bars.every((bar) => bar > keptAbove)
}

/** Looks for confident classes among the kept ones. */
export function soleClassAmong({ start, classes, probs }: LikelyClasses, bars: Float64Array): SoleClass {
  return (item) => {
    let sole = notCounted
    for (let at = start[item]!; at < start[item + 1]!; at++) {
      if (probs[at]! < bars[classes[at]!]!) continue
      if (sole !== notCounted) return several
      sole = classes[at]!
    }
    return sole
  }
}
