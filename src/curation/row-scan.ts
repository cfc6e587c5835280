import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'

/** Models write probabilities that miss 0 and 1 by rounding (IMDB's published ones by 1e-5); beyond this they are refused. */
const slop = 1e-3

/** What one pass over the probabilities keeps of each item; each of shape `[n]`. */
export interface RowScan {
  /** The probability of the given label. */
  readonly selfConfidence: Float32Array
  /** The likeliest class, the lowest where several are. */
  readonly top: Int32Array
  /** The probability of the likeliest class. */
  readonly topProb: Float32Array
}

/** A scan of `n` items before its first row. */
export function makeRowScan(n: number): RowScan {
  return { selfConfidence: new Float32Array(n), top: new Int32Array(n), topProb: new Float32Array(n) }
}

/** The bits of a 32-bit float of at least 0; larger numbers have larger bits. */
export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!
}

/** The same memory, read as bits. */
export function asBits(data: Float32Array): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.length)
}

/** Probabilities with bits above these are too large, negative or no numbers. */
export const largestBits: number = bitsOf(1 + slop)

/**
 * Scans the rows of a part of the probabilities.
 *
 * @param chunk - Rows `firstRow..` of the probabilities, shape `[c, k]`.
 * @throws {@link LabelwrightError} `bad-probability` for NaN, and for what is outside of `[0, 1]` by more than 0.001.
 */
export function scanRows(chunk: Matrix, firstRow: number, labels: Int32Array, scan: RowScan): void {
  const { data, cols, rows } = chunk
  const bits = asBits(data)
  for (let r = 0; r < rows; r++) {
    const start = r * cols
    const best = topOfRow(bits, start, start + cols, data)
    if (best < 0) throw badProbability(firstRow + r, -1 - best - start, data[-1 - best]!)
    scan.top[firstRow + r] = best - start
    scan.topProb[firstRow + r] = data[best]!
    scan.selfConfidence[firstRow + r] = data[start + labels[firstRow + r]!]!
  }
}

/**
 * Where the largest value of a row lies, or `-1 - position` of a value that is no probability.
 *
 * Compares bits as unsigned numbers: one comparison per value finds the maximum and, because their bits are larger than those of any
 * probability, also whatever is negative, infinite or NaN.
 */
export function topOfRow(bits: Uint32Array, start: number, end: number, data: Float32Array): number {
  let top = start
  let topBits = 0
  for (let at = nextAbove(bits, start, end, topBits); at < end; at = nextAbove(bits, at + 1, end, topBits)) {
    if (bits[at]! <= largestBits) {
      topBits = bits[at]!
      top = at
    } else if (!isNearZero(data[at]!)) return -1 - at
  }
  return top
}

/** The first position `at..end-1` whose bits are larger, else `end`. Four at once: twice as fast as one by one. */
export function nextAbove(bits: Uint32Array, at: number, end: number, limit: number): number {
  while (
    at + 4 <= end &&
    bits[at]! <= limit &&
    bits[at + 1]! <= limit &&
    bits[at + 2]! <= limit &&
    bits[at + 3]! <= limit
  ) {
    at += 4
  }
  while (at < end && bits[at]! <= limit) at++
  return at
}

/** Whether what has too large bits is a probability of 0 that was rounded below it. */
export function isNearZero(value: number): boolean {
  return value <= 0 && value >= -slop
}

/** The error for a value that is no probability. */
export function badProbability(item: number, column: number, value: number): LabelwrightError {
  return new LabelwrightError(
    'bad-probability',
    `The probability of class ${column} for item ${item} (both counted from 0) is ${value}.`,
    'Pass probabilities from 0 to 1, such as those of a softmax; look for NaN in what the model was fed.',
  )
}
