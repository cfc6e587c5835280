/**
 * Counts the letters to insert, delete, replace or swap with their neighbour to get from one text to the other: the Damerau–Levenshtein
 * distance, no letter edited twice.
 *
 * @see Damerau, A technique for computer detection and correction of spelling errors, CACM 1964.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, (before[j - 2] ?? Infinity) + 1)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** How alike two texts are: 1 less the share of the longer one's letters that differ, in `[0, 1]`. */
export function similarity(a: string, b: string): number {
  return 1 - editDistance(a, b) / Math.max(a.length, b.length, 1)
}
