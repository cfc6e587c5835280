/** Numbers from 0 up, one bit each, 32 to a word, lowest first. */
export type BitSet = Uint32Array

export function has(set: BitSet, member: number): boolean {
  return (set[member >> 5]! & (1 << (member & 31))) !== 0
}

export function addAll(set: BitSet, more: BitSet): void {
  for (let word = 0; word < set.length; word++) set[word]! |= more[word]!
}

/** The members of one set that another of the same length lacks, ascending. */
export function membersBeyond(set: BitSet, other: BitSet): number[] {
  const members: number[] = []
  for (let word = 0; word < set.length; word++) {
    for (let bits = set[word]! & ~other[word]!; bits !== 0; bits &= bits - 1) {
      members.push(32 * word + 31 - Math.clz32(bits & -bits))
    }
  }
  return members
}

/** How many members of one set another of the same length lacks. */
export function countBeyond(set: BitSet, other: BitSet): number {
  let count = 0
  for (let word = 0; word < set.length; word++) {
    // Bits are added up in pairs, then fours, then bytes (Warren, Hacker's Delight, 5-1).
    let bits = set[word]! & ~other[word]!
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}
