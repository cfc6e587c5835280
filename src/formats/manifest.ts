import { basename, dirname, resolve } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Item, ItemSource, Quarantined } from '../core/item.ts'
import type { ItemList } from './item-list.ts'
import { pictureLocator } from './picture-locator.ts'
import type { Located } from './picture-locator.ts'
import { readTable } from './table.ts'
import type { Table, TableRow } from './table.ts'

const ownColumns: ReadonlySet<string> = new Set(['path', 'text', 'id', 'split'])

/**
 * Reads a manifest: a CSV, TSV or JSONL file with one item per row, in the file's order. `path` names a picture relative to the manifest's
 * folder, or to the folder `images` in it; `text` is a text. The id is that of the column `id`, else the path as written, else `line-<n>`.
 * Every other column holds labels; `split` is kept among an item's labels but is no label column. An empty cell is no label.
 *
 * Rows whose picture is missing, remote or outside the folder, or whose id is taken, are quarantined as `file:line`.
 *
 * @throws {@link LabelwrightError} `no-path-column`, `empty-dataset`, or what {@link readTable} throws.
 */
export async function readManifest(path: string): Promise<ItemList> {
  const table = await readTable(path)
  if (!table.columns.includes('path') && !table.columns.includes('text')) throw noPathColumn(path, table.columns)
  const locate = pictureLocator(dirname(resolve(path)))
  const kept = table.columns.filter((column) => column !== 'path' && column !== 'text' && column !== 'id')
  const items: Item[] = []
  const quarantined = [...table.quarantined]
  const lineOfId = new Map<string, number>()
  for (const row of table.rows) {
    const quarantine = (why: string): unknown => quarantined.push({ where: `${basename(path)}:${row.line}`, why })
    const read = readSource(row, locate)
    if ('why' in read) {
      quarantine(read.why)
    } else if (lineOfId.has(read.id)) {
      quarantine(`the id "${read.id}" is already that of line ${lineOfId.get(read.id)}`)
    } else {
      lineOfId.set(read.id, row.line)
      items.push({ ...read, labels: labelsOf(row, kept) })
    }
  }
  if (items.length === 0) throw emptyManifest(path, table, quarantined)
  return { items, labelColumns: kept.filter((column) => !ownColumns.has(column)), quarantined }
}

function readSource(
  row: TableRow,
  locate: (path: string) => Located,
): { id: string; source: ItemSource } | { why: string } {
  const ownId = textOf(row, 'id')?.normalize('NFC')
  const path = textOf(row, 'path')
  if (path !== undefined) {
    const located = locate(path)
    if (located.kind === 'problem') return located
    return { id: ownId ?? located.written, source: { kind: 'image', path: located.path } }
  }
  const text = row.cells.text
  if (typeof text !== 'string' || text.trim() === '') return { why: 'it has neither a path nor a text' }
  return { id: ownId ?? `line-${row.line}`, source: { kind: 'text', text } }
}

function labelsOf(row: TableRow, columns: readonly string[]): Record<string, string> {
  const labels: [string, string][] = []
  for (const column of columns) {
    const label = textOf(row, column)
    if (label !== undefined) labels.push([column, label])
  }
  return Object.fromEntries(labels)
}

/** A cell as text without surrounding blanks; JSON lists and objects stay JSON; undefined where there is nothing. */
function textOf(row: TableRow, column: string): string | undefined {
  const cell = Object.hasOwn(row.cells, column) ? row.cells[column] : undefined
  if (cell === undefined || cell === null) return undefined
  const text = typeof cell === 'string' ? cell.trim() : JSON.stringify(cell)
  return text === '' ? undefined : text
}

function noPathColumn(path: string, columns: readonly string[]): LabelwrightError {
  return new LabelwrightError(
    'no-path-column',
    `${path} has no column "path" or "text"; its columns are: ${columns.join(', ')}.`,
    'Call the column of picture paths "path", or the column of texts "text".',
  )
}

function emptyManifest(path: string, table: Table, quarantined: readonly Quarantined[]): LabelwrightError {
  const first = quarantined[table.quarantined.length]!
  return new LabelwrightError(
    'empty-dataset',
    `None of the ${table.rows.length} rows of ${path} can be used; at ${first.where}, ${first.why}.`,
    "Write paths relative to the manifest's folder.",
  )
}
