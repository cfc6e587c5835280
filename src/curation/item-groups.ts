/** Sets of two or more items, in compressed rows: group `g` is `members[offsets[g] .. offsets[g + 1] - 1]`, ascending. */
export interface ItemGroups {
  /** Shape `[groups + 1]`. */
  readonly offsets: Int32Array
  readonly members: Int32Array
  /** How far the loosest member of each group is from its nearest other, shape `[groups]`; the groups are in this order, tightest first. */
  readonly spread: Float32Array
}

/** Items that are being tied together, see {@link makeTies}. */
export interface Ties {
  /** Puts two items, and all that each is tied to, into one group. */
  tie(a: number, b: number): void
  /** The lowest item of the group that an item is in: itself, where it is tied to none. */
  lowest(item: number): number
}

/**
 * Starts with `n` items of which none is tied to another.
 *
 * @see Tarjan, van Leeuwen, Worst-case Analysis of Set Union Algorithms, J. ACM 1984 (union-find with path halving).
 */
export function makeTies(n: number): Ties {
  const parent = Int32Array.from({ length: n }, (_, i) => i)
  const lowest = (item: number): number => {
    while (parent[item] !== item) item = parent[item] = parent[parent[item]!]!
    return item
  }
  const tie = (a: number, b: number): void => {
    const [left, right] = [lowest(a), lowest(b)]
    parent[Math.max(left, right)] = Math.min(left, right)
  }
  return { tie, lowest }
}

/**
 * Collects tied items into groups, tightest first, then by lowest item.
 *
 * @param nearest - Distance of each item to its nearest other, shape `[n]`.
 */
export function groupTies(ties: Ties, nearest: Float32Array): ItemGroups {
  const n = nearest.length
  const size = new Int32Array(n)
  const loosest = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const lowest = ties.lowest(i)
    size[lowest]!++
    loosest[lowest] = Math.max(loosest[lowest]!, nearest[i]!)
  }
  const heads = Int32Array.from(size.keys())
    .filter((item) => size[item]! > 1)
    .sort((a, b) => loosest[a]! - loosest[b]! || a - b)
  const offsets = new Int32Array(heads.length + 1)
  const next = new Int32Array(n)
  for (let g = 0; g < heads.length; g++) {
    next[heads[g]!] = offsets[g]!
    offsets[g + 1] = offsets[g]! + size[heads[g]!]!
  }
  const members = new Int32Array(offsets.at(-1)!)
  for (let i = 0; i < n; i++) {
    const lowest = ties.lowest(i)
    if (size[lowest]! > 1) members[next[lowest]!++] = i
  }
  return { offsets, members, spread: Float32Array.from(heads, (head) => loosest[head]!) }
}
