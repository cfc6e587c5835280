import { basename, extname } from 'node:path'
import { LabelwrightError, messageOf } from '../core/error.ts'
import type { Quarantined } from '../core/item.ts'
import { csvRecords, tsvRecords } from './delimited.ts'
import type { DelimitedRecord } from './delimited.ts'
import { isBroken, readLines } from './text-lines.ts'

/** A file of rows under named columns. */
export interface Table {
  /** In the order of the header; for JSONL, of first appearance. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  readonly quarantined: readonly Quarantined[]
}

export interface TableRow {
  /** The number of the row's first line in the file, from 1. */
  readonly line: number
  /** Texts from CSV and TSV, any JSON value from JSONL; there a column that the line does not have is absent. */
  readonly cells: Readonly<Record<string, unknown>>
}

const readers: Readonly<Record<string, (lines: readonly string[], file: string) => Table>> = {
  '.csv': (lines, file) => tableOf(csvRecords(lines), file),
  '.tsv': (lines, file) => tableOf(tsvRecords(lines), file),
  '.jsonl': tableOfJson,
  '.ndjson': tableOfJson,
}

/**
 * Reads a CSV, TSV or JSONL file, the format told by its extension. A line that cannot be read (a quote that is not closed, more or fewer
 * cells than the header, broken JSON or UTF-8) is quarantined as `file:line`, and the rest goes on. Columns without a name are left out.
 *
 * @throws {@link LabelwrightError} `file-not-found`, `unreadable-file`, `unknown-format`, `bad-encoding`, `line-too-long`, `bad-header`,
 * or `empty-table` when no row is left.
 */
export async function readTable(path: string): Promise<Table> {
  const read = readers[extname(path).toLowerCase()]
  if (!read) {
    throw new LabelwrightError(
      'unknown-format',
      `The extension of ${path} is not that of a table.`,
      `Give a file that ends in ${Object.keys(readers).join(', ')}.`,
    )
  }
  const table = read(await readLines(path), basename(path))
  if (table.rows.length === 0) throw emptyTable(path, table.quarantined)
  return table
}

function tableOf(records: Iterable<DelimitedRecord>, file: string): Table {
  let columns: readonly string[] | undefined
  const rows: TableRow[] = []
  const quarantined: Quarantined[] = []
  for (const record of records) {
    const where = `${file}:${record.line}`
    if (record.kind === 'unreadable') {
      if (!columns) throw badHeader(where, record.why)
      quarantined.push({ where, why: record.why })
    } else if (!columns) {
      columns = columnNames(record.cells, where)
    } else if (record.cells.length !== columns.length) {
      quarantined.push({ where, why: `it has ${record.cells.length} cells, the header has ${columns.length}` })
    } else {
      rows.push({ line: record.line, cells: cellsByName(columns, record.cells) })
    }
  }
  return { columns: (columns ?? []).filter((name) => name !== ''), rows, quarantined }
}

function columnNames(header: readonly string[], where: string): readonly string[] {
  const names = header.map((name) => name.trim())
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined) throw badHeader(where, `two columns are called "${twice}"`)
  return names
}

function cellsByName(columns: readonly string[], cells: readonly string[]): Record<string, string> {
  const byName: Record<string, string> = {}
  for (let i = 0; i < columns.length; i++) {
    const name = columns[i]!
    if (name === '__proto__') Object.defineProperty(byName, name, { value: cells[i]!, enumerable: true })
    else if (name !== '') byName[name] = cells[i]!
  }
  return byName
}

function tableOfJson(lines: readonly string[], file: string): Table {
  const columns = new Set<string>()
  const rows: TableRow[] = []
  const quarantined: Quarantined[] = []
  for (const [at, text] of lines.entries()) {
    if (text.trim() === '') continue
    const cells = parseObject(text)
    if (typeof cells === 'string') {
      quarantined.push({ where: `${file}:${at + 1}`, why: cells })
    } else {
      for (const name of Object.keys(cells)) columns.add(name)
      rows.push({ line: at + 1, cells })
    }
  }
  return { columns: [...columns], rows, quarantined }
}

/** The line's object, or why there is none. */
function parseObject(text: string): Record<string, unknown> | string {
  if (isBroken(text)) return 'it is not valid UTF-8'
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    return 'it is JSON, but no object such as {"path": "a.jpg"}'
  } catch (thrown) {
    return `it is not JSON: ${messageOf(thrown)}`
  }
}

function badHeader(where: string, why: string): LabelwrightError {
  return new LabelwrightError('bad-header', `The header at ${where} cannot be used: ${why}.`, 'Mend the first line.')
}

function emptyTable(path: string, quarantined: readonly Quarantined[]): LabelwrightError {
  const first = quarantined[0]
  const found = first
    ? `none of its ${quarantined.length} lines can be read; at ${first.where}, ${first.why}`
    : 'it is empty'
  return new LabelwrightError(
    'empty-table',
    `${path} has no rows: ${found}.`,
    'Give a file with a header and at least one row.',
  )
}
