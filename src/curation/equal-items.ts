import type { Matrix } from '../tensor/matrix.ts'
import { makeTies, type Ties } from './item-groups.ts'

/**
 * Ties items whose features are equal number by number (0 equals -0).
 *
 * @param onTied - Called for every item that is equal to another.
 */
export function tieEqualRows({ rows, cols, data }: Matrix, onTied: (item: number) => void = () => {}): Ties {
  const ties = makeTies(rows)
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length)
  const isEqual = (a: number, b: number): boolean => {
    for (let f = 0; f < cols; f++) if (data[a * cols + f] !== data[b * cols + f]) return false
    return true
  }
  const firstOf = new Map<number, number>()
  /** The next different row of the same hash, -1 for none. */
  const next = new Int32Array(rows).fill(-1)
  for (let i = 0; i < rows; i++) {
    const hash = hashRow(bits, i * cols, cols)
    let earlier = firstOf.get(hash)
    if (earlier === undefined) {
      firstOf.set(hash, i)
      continue
    }
    while (!isEqual(earlier, i) && next[earlier]! >= 0) earlier = next[earlier]!
    if (isEqual(earlier, i)) {
      ties.tie(earlier, i)
      onTied(earlier)
      onTied(i)
    } else next[earlier] = i
  }
  return ties
}

/** Ties items of equal hashes. */
export function tieEqualHashes(hashes: readonly string[]): Ties {
  const ties = makeTies(hashes.length)
  const firstOf = new Map<string, number>()
  hashes.forEach((hash, i) => {
    const first = firstOf.get(hash)
    if (first === undefined) firstOf.set(hash, i)
    else ties.tie(first, i)
  })
  return ties
}

const minusZero = 1 << 31

/** FNV-1a over 32-bit words, with a final mix since the low bits of floats are often all zero. */
function hashRow(bits: Int32Array, start: number, length: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < start + length; at++) {
    const word = bits[at]!
    hash = Math.imul(hash ^ (word === minusZero ? 0 : word ^ (word >>> 15)), 0x01000193)
  }
  return hash ^ (hash >>> 16)
}
