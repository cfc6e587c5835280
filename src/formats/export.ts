import { LabelwrightError } from '../core/error.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'

/** One item with its label, as it leaves the campaign. */
export interface ExportRow {
  readonly id: string
  readonly label: string
  /** Of the label, in `[0, 1]`. */
  readonly probability: number
  readonly source: 'person' | 'model'
  /** Who answered on this item. */
  readonly annotators: readonly string[]
  /** Classes and their probabilities, in any order; those left out are negligible. */
  readonly soft: readonly (readonly [label: string, probability: number])[]
}

export type ExportRows = Iterable<ExportRow> | AsyncIterable<ExportRow>

const rowsPerWrite = 1000

/**
 * Writes labels as CSV (RFC 4180, `\n` line ends): `id,label,probability,source,annotators,soft`, the annotators joined by `;`, `soft` a JSON
 * object in the order of the classes. Numbers have at most 6 significant digits; equal rows give equal bytes.
 *
 * A cell that begins with `=`, `+`, `-` or `@` is written as it is, though a spreadsheet may take it for a formula: an export is read back
 * by programs, and an id that was changed for safety would match nothing. Do not open exports of ids you do not trust in a spreadsheet.
 *
 * @param classNames - The fine classes in order.
 * @throws {@link LabelwrightError} `bad-probability`, `cannot-write`; the file is then as it was before.
 */
export async function writeCsv(path: string, rows: ExportRows, classNames: readonly string[]): Promise<void> {
  const header = 'id,label,probability,source,annotators,soft'
  const order = orderOf(classNames)
  await writeLines(path, rows, (row) => csvLine(row, order), header)
}

/**
 * Writes labels as JSONL: the columns of {@link writeCsv} as keys, `annotators` a list, `soft` an object.
 *
 * @param classNames - The fine classes in order.
 * @throws {@link LabelwrightError} `bad-probability`, `cannot-write`; the file is then as it was before.
 */
export async function writeJsonl(path: string, rows: ExportRows, classNames: readonly string[]): Promise<void> {
  const order = orderOf(classNames)
  await writeLines(path, rows, (row) => jsonLine(row, order))
}

/** Writes values as JSONL, one a line. @throws {@link LabelwrightError} `cannot-write`; the file is then as it was before. */
export async function writeJsonLines(path: string, values: Iterable<unknown>): Promise<void> {
  await writeLines(path, values, (value) => JSON.stringify(value))
}

async function writeLines<Row>(
  path: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  lineOf: (row: Row) => string,
  header?: string,
): Promise<void> {
  async function* chunks(): AsyncGenerator<string> {
    let lines = header === undefined ? [] : [header]
    for await (const row of rows) {
      lines.push(lineOf(row))
      if (lines.length < rowsPerWrite) continue
      yield `${lines.join('\n')}\n`
      lines = []
    }
    if (lines.length > 0) yield `${lines.join('\n')}\n`
  }
  await writeFileAtomic(path, chunks())
}

function csvLine(row: ExportRow, order: ReadonlyMap<string, number>): string {
  const cells = [
    row.id,
    row.label,
    decimal(row.probability, row),
    row.source,
    row.annotators.join(';'),
    softJson(row, order),
  ]
  return cells.map(csvCell).join(',')
}

/** A cell of a CSV file (RFC 4180): in quotes where it has to be. */
export function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function jsonLine(row: ExportRow, order: ReadonlyMap<string, number>): string {
  const texts = [
    `"id":${JSON.stringify(row.id)}`,
    `"label":${JSON.stringify(row.label)}`,
    `"probability":${decimal(row.probability, row)}`,
    `"source":"${row.source}"`,
    `"annotators":${JSON.stringify(row.annotators)}`,
    `"soft":${softJson(row, order)}`,
  ]
  return `{${texts.join(',')}}`
}

/** By hand, because JavaScript's objects move keys that look like numbers to the front. */
function softJson(row: ExportRow, order: ReadonlyMap<string, number>): string {
  const place = (label: string): number => order.get(label) ?? order.size
  const sorted = row.soft.toSorted(([a], [b]) => place(a) - place(b))
  return `{${sorted.map(([label, p]) => `${JSON.stringify(label)}:${decimal(p, row)}`).join(',')}}`
}

function decimal(probability: number, row: ExportRow): string {
  if (Number.isFinite(probability)) return String(Number(probability.toPrecision(6)))
  throw new LabelwrightError(
    'bad-probability',
    `Item ${row.id} has the probability ${probability}.`,
    'This is a bug in what made the labels; please report it.',
  )
}

function orderOf(classNames: readonly string[]): ReadonlyMap<string, number> {
  return new Map(classNames.map((name, i) => [name, i]))
}
