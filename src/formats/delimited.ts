import { parse } from 'csv-parse/sync'
import { isBroken } from './text-lines.ts'

/** One record of a CSV or TSV file: the number of its first line (from 1), and its cells, or why there are none. */
export type DelimitedRecord =
  | { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: 'unreadable'; readonly line: number; readonly why: string }

/** A quoted cell may hold this many lines; it bounds what one forgotten quote can make us look through. */
const maxLinesPerRecord = 10_000

/**
 * Splits the lines of a CSV file into records (RFC 4180); the first is the header. Quotes inside an unquoted cell are kept as they are.
 * A record that runs over several lines must close its quote and have as many cells as the header; otherwise only its first line is
 * unreadable, so that one forgotten quote does not swallow the lines below it. The delimiter is `;` or a tab where the header has no comma.
 *
 * @yields The header first, then every record that is not blank.
 */
export function* csvRecords(lines: readonly string[]): Generator<DelimitedRecord> {
  let delimiter = ''
  let width = 0
  for (let at = 0; at < lines.length;) {
    if (isBlank(lines[at]!)) {
      at++
      continue
    }
    delimiter ||= delimiterOf(lines[at]!)
    const end = recordEnd(lines, at, delimiter)
    const text = chomp(lines.slice(at, end).join('\n'))
    const cells = splitCells(text, delimiter, end > at + 1)
    width ||= cells?.length ?? 0
    const whole = cells !== undefined && (end === at + 1 || cells.length === width)
    yield whole
      ? readable(at, cells, text)
      : { kind: 'unreadable', line: at + 1, why: 'a quote is opened here and not closed' }
    at = whole ? end : at + 1
  }
}

/**
 * Splits the lines of a TSV file into records; the first is the header. One line is one record: much TSV is written without any quoting, and
 * a text that begins with a quote must not swallow the lines below it. A cell that is quoted from its first to its last character, with
 * every quote in between doubled, is unquoted; any other cell (`["face", "camera"]`) stays as it is.
 *
 * @yields The header first, then every line that is not blank.
 */
export function* tsvRecords(lines: readonly string[]): Generator<DelimitedRecord> {
  let width = 0
  for (const [at, raw] of lines.entries()) {
    const line = chomp(raw)
    if (isBlank(line)) continue
    const plain = line.split('\t')
    width ||= plain.length
    // Only where the plain reading does not fit, a tab may stand inside quotes.
    const cells = plain.length === width ? plain : (splitCells(line, '\t', false) ?? plain)
    yield readable(at, cells === plain ? plain.map(unquote) : cells, line)
  }
}

function readable(at: number, cells: readonly string[], text: string): DelimitedRecord {
  if (isBroken(text)) return { kind: 'unreadable', line: at + 1, why: 'it is not valid UTF-8' }
  return { kind: 'cells', line: at + 1, cells }
}

function delimiterOf(header: string): string {
  return [',', ';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ','
}

/** The line after the record that begins at `start`: lines are taken until the number of quotes is even. */
function recordEnd(lines: readonly string[], start: number, delimiter: string): number {
  const first = lines[start]!
  if (!first.startsWith('"') && !first.includes(`${delimiter}"`)) return start + 1
  let quotes = 0
  for (let end = start; end < Math.min(lines.length, start + maxLinesPerRecord); end++) {
    quotes += lines[end]!.split('"').length - 1
    if (quotes % 2 === 0) return end + 1
  }
  return start + 1
}

function splitCells(text: string, delimiter: string, strict: boolean): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter)
  try {
    const records = parse(text, { delimiter, record_delimiter: '\n', relax_quotes: !strict, max_record_size: 0 })
    return records.length === 1 ? records[0] : undefined
  } catch {
    return undefined
  }
}

function unquote(cell: string): string {
  if (cell.length < 2 || !cell.startsWith('"') || !cell.endsWith('"')) return cell
  const inner = cell.slice(1, -1)
  return inner.replaceAll('""', '').includes('"') ? cell : inner.replaceAll('""', '"')
}

function chomp(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function isBlank(line: string): boolean {
  return line === '' || line === '\r'
}
