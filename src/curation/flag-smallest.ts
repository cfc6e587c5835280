/**
 * Flags the items with the smallest scores; of equal ones the first.
 *
 * @param scores - One per item, shape `[n]`.
 * @param items - Indices into `scores` among which to choose, ascending.
 * @param count - How many; none below 1.
 * @param flags - Shape `[n]`; set to 1 at what is chosen.
 */
export function flagSmallest(
  scores: Float32Array | Float64Array,
  items: Int32Array,
  count: number,
  flags: Uint8Array,
): void {
  if (count < 1) return
  const sorted = Float64Array.from(items, (item) => scores[item]!).sort()
  const last = sorted[Math.min(count, sorted.length) - 1]!
  let equals = count
  for (let at = 0; at < count && sorted[at]! < last; at++) equals--
  for (let at = 0; at < items.length; at++) {
    const score = scores[items[at]!]!
    if (score < last || (score === last && equals-- > 0)) flags[items[at]!] = 1
  }
}
