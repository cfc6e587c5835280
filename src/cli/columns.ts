/**
 * Lays out a table: columns as wide as their widest cell, two spaces between them, numbers to the right.
 *
 * @param header - Names of the columns; a column without any text in its cells is left out.
 * @returns One line per row, the header first.
 */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = header.map((_, c) => c).filter((c) => rows.some((row) => row[c] !== ''))
  const isNumber = header.map((_, c) => rows.every((row) => /^((< )?\d.*|–|all|)$/.test(row[c]!)))
  const width = header.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c]!.length)))
  return [header, ...rows].map((row) =>
    shown
      .map((c) => (isNumber[c] ? row[c]!.padStart(width[c]!) : row[c]!.padEnd(width[c]!)))
      .join('  ')
      .trimEnd(),
  )
}

/**
 * Lays out a table that may be wider than the terminal: as several below each other, each beginning with the columns that say what its rows
 * are.
 *
 * @param options.keys - How many columns say that.
 * @param options.width - Of the terminal, in characters; a table of the keys and one more column may still be wider.
 * @returns Tables as of {@link columns}, at least one.
 */
export function tables(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { keys, width }: { readonly keys: number; readonly width: number },
): string[][] {
  const part = (from: number, to: number): string[] => {
    const picked = (row: readonly string[]): string[] => [...row.slice(0, keys), ...row.slice(from, to)]
    return columns(picked(header), rows.map(picked))
  }
  const isTooWide = (from: number, to: number): boolean => part(from, to).some((line) => line.length > width)
  const found: string[][] = []
  for (let from = keys; from < header.length;) {
    let to = header.length
    while (to > from + 1 && isTooWide(from, to)) to--
    found.push(part(from, to))
    from = to
  }
  return found
}

/** Parts below each other, an empty line between them. */
export function joined(parts: readonly (readonly string[])[]): string[] {
  return parts.flatMap((part, i) => (i === 0 ? part : ['', ...part]))
}
