import { basename } from 'node:path'
import type { Reply } from '../core/answer.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Quarantined } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import { questionKey, type Question } from '../core/question.ts'
import type { Taxonomy } from '../core/taxonomy.ts'
import { readTable, type Table } from '../formats/table.ts'
import type { ImmediateAnnotator } from './annotator.ts'
import { nothingRecorded } from './recorded-answer.ts'
import { columnRoles, makeRowReader, textOf, type ColumnRole } from './recorded-row.ts'

/** Which column of the file plays which role. A role that is not named is looked for under its own name. */
export type RecordedColumns = { readonly [role in ColumnRole]?: string }

export interface RecordedOptions {
  readonly id: string
  readonly price: Price
  /** The level that rows without a level of their own answer at. Default: the fine level. */
  readonly level?: string
  readonly columns?: RecordedColumns
  readonly taxonomy: Taxonomy
  readonly itemIds: ReadonlySet<string>
}

export interface Recording {
  readonly annotator: ImmediateAnnotator
  /** Rows about items that the dataset does not have, as `file:line`. */
  readonly unknownItems: readonly Quarantined[]
  /** Rows that cannot be used, as `file:line`. */
  readonly quarantined: readonly Quarantined[]
  /** How many used rows name, first or only, something that is no class of the asked level. */
  readonly outside: number
}

/**
 * Reads an annotator's answers from a CSV, TSV or JSONL file: one row per answer, with at least an item and an answer.
 *
 * - `answer`: a label, a ranked list of labels, `{"label": probability}`, or empty: no answer, which costs money too.
 * - `question`: `classify` (the default), or `verify:<label>` with a yes or no as the answer; campaigns do not ask for it.
 * - `confidence`: the probability of a single label, or of a yes or no being right, from 0 to 1.
 * - `cost`: an amount of the currency. `seconds`: how long it took.
 *
 * Of several rows for one item and question the first counts. Rows that cannot be used are listed, never fatal.
 *
 * @throws {@link LabelwrightError} `missing-column`, `unknown-level`, and what {@link readTable} throws.
 */
export async function readRecorded(path: string, options: RecordedOptions): Promise<Recording> {
  const table = await readTable(path)
  const columns = findColumns(table, path, options.columns ?? {})
  const { replies, questions, ...report } = readReplies(table, basename(path), columns, options)
  // Verdicts are about a class each: asked for all of them, it would have recorded nothing about most.
  const asked = [...questions.values()].filter(({ kind }) => kind !== 'verify')
  const keys = asked.map(questionKey)
  const annotator: ImmediateAnnotator = {
    kind: 'immediate',
    id: options.id,
    price: options.price,
    questions: asked,
    trusted: false,
    concurrency: 1024,
    knows: (item) => keys.some((key) => replies.get(item.id)?.has(key)),
    ask: async (item, question) => replies.get(item.id)?.get(questionKey(question)) ?? neverAsked,
  }
  return { annotator, ...report }
}

interface Replies extends Omit<Recording, 'annotator'> {
  /** By item, then by question. */
  readonly replies: ReadonlyMap<string, ReadonlyMap<string, Reply>>
  readonly questions: ReadonlyMap<string, Question>
}

function readReplies(table: Table, file: string, columns: RecordedColumns, options: RecordedOptions): Replies {
  const readRow = makeRowReader(options.taxonomy, options.price, options.level)
  const replies = new Map<string, Map<string, Reply>>()
  const questions = new Map<string, Question>()
  const unknownItems: Quarantined[] = []
  const quarantined: Quarantined[] = [...table.quarantined]
  let outside = 0
  for (const { line, cells } of table.rows) {
    const where = `${file}:${line}`
    const cell = (role: ColumnRole): unknown => {
      const column = columns[role]
      return column === undefined ? undefined : cells[column]
    }
    const item = textOf(cell('item'))
    if (!options.itemIds.has(item)) {
      unknownItems.push({ where, why: `the dataset has no item "${item}"` })
      continue
    }
    const row = readRow(cell)
    if (row.kind === 'unreadable') {
      quarantined.push({ where, why: row.why })
      continue
    }
    const key = questionKey(row.question)
    const ofItem = replies.get(item) ?? new Map<string, Reply>()
    if (ofItem.has(key)) continue
    questions.set(key, row.question)
    replies.set(item, ofItem.set(key, row.reply))
    if (row.outside) outside++
  }
  return { replies, questions, unknownItems, quarantined, outside }
}

/** Free: unlike an answer that was paid for and got lost, this question never reached anyone. */
const neverAsked: Reply = { answer: { kind: 'abstain', reason: nothingRecorded }, cost: 0, seconds: null }

function findColumns(table: Table, path: string, given: RecordedColumns): RecordedColumns {
  const found = columnRoles.flatMap((role) => {
    const column = given[role] ?? role
    if (table.columns.includes(column)) return [[role, column] as const]
    if (given[role] === undefined && role !== 'item' && role !== 'answer') return []
    throw new LabelwrightError(
      'missing-column',
      `${path} has no column "${column}" for the ${role}; its columns are: ${table.columns.join(', ')}.`,
      `Name the column that holds the ${role}, e.g. columns: { ${role}: ${table.columns[0] ?? 'name'} }.`,
    )
  })
  return Object.fromEntries(found)
}
