import type { Matrix } from '../tensor/matrix.ts'
import type { RowScan } from './row-scan.ts'

/** No class is confident: such items are often outliers, and are not counted. */
export const notCounted = -1

/** More than one class is confident: the likeliest of all counts. */
export const several = -2

/** What is known of the items once each of them was looked at. */
export interface CountedItems {
  readonly labels: Int32Array
  readonly classes: number
  readonly scan: RowScan
  /** The true class that each item is counted for, shape `[n]`, or {@link notCounted}. */
  readonly counted: Int32Array
}

/** The one class of an item that reaches its bar, else {@link notCounted} or {@link several}. */
export type SoleClass = (item: number) => number

/**
 * The true class that each item `from..to-1` is counted for, -1 for none: its confident class, or of several the likeliest of all.
 *
 * @param bars - What a probability must reach to be confident, shape `[k]`.
 * @param soleClass - Asked only where the likeliest class is not confident and another may be.
 * @param counted - Shape `[n]`; filled.
 */
export function countRows(
  scan: RowScan,
  bars: Float64Array,
  soleClass: SoleClass,
  { counted, from, to }: { readonly counted: Int32Array; readonly from: number; readonly to: number },
): void {
  const lowestBar = bars.reduce((a, b) => Math.min(a, b))
  for (let i = from; i < to; i++) {
    const top = scan.top[i]!
    const prob = scan.topProb[i]!
    if (prob >= bars[top]!) counted[i] = top
    else if (prob < lowestBar) counted[i] = notCounted
    else {
      const sole = soleClass(i)
      counted[i] = sole === several ? top : sole
    }
  }
}

/** Looks for confident classes in the rows themselves; `chunk` holds the rows from `firstRow`. */
export function soleClassInRows(chunk: Matrix, firstRow: number, bars: Float64Array): SoleClass {
  const { data, cols } = chunk
  return (item) => {
    const start = (item - firstRow) * cols
    let sole = notCounted
    for (let j = 0; j < cols; j++) {
      if (data[start + j]! < bars[j]!) continue
      if (sole !== notCounted) return several
      sole = j
    }
    return sole
  }
}
