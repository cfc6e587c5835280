/**
 * Lays out a table: columns as wide as their widest cell, two spaces between them, numbers to the right.
 *
 * @param header - Names of the columns; a column without any text in its cells is left out.
 * @returns One line per row, the header first.
 */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = header.map((_, c) => c).filter((c) => rows.some((row) => row[c] !== ''))
  const isNumber = header.map((_, c) => rows.every((row) => /^([≈–(]?\d.*|–|)$/.test(row[c]!)))
  const width = header.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c]!.length)))
  return [header, ...rows].map((row) =>
    shown
      .map((c) => (isNumber[c] ? row[c]!.padStart(width[c]!) : row[c]!.padEnd(width[c]!)))
      .join('  ')
      .trimEnd(),
  )
}
