import type { Reply } from '../core/answer.ts'
import { LabelwrightError } from '../core/error.ts'
import { toMicros } from '../core/money.ts'
import { expectedCost, type Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import { abstention, makeAnswerReader, type RecordedAnswer } from './recorded-answer.ts'

/** What the columns of a recording may hold. */
export const columnRoles = ['item', 'answer', 'level', 'question', 'confidence', 'cost', 'seconds'] as const
export type ColumnRole = (typeof columnRoles)[number]

/** What a row of the file says, or why it cannot be used. */
export type RecordedRow =
  | { readonly kind: 'read'; readonly question: Question; readonly reply: Reply; readonly outside: boolean }
  | { readonly kind: 'unreadable'; readonly why: string }

/** The value that a row has in the column of this role, if there is such a column. */
export type CellByRole = (role: ColumnRole) => unknown

/**
 * Makes the reader of rows.
 *
 * @throws {@link LabelwrightError} `unknown-level` when the usual level is none of the taxonomy.
 */
export function makeRowReader(
  taxonomy: Taxonomy,
  price: Price,
  usualLevel: string = fineLevel(taxonomy).name,
): (cell: CellByRole) => RecordedRow {
  const usual = levelNamed(taxonomy, usualLevel)
  const readers = new Map(taxonomy.levels.map((level) => [level.name, makeAnswerReader(level)]))

  return (cell) => {
    try {
      const question = readQuestion(textOf(cell('question')), textOf(cell('level')) || usual.name)
      const confidence = amountOf(cell('confidence'), 'confidence')
      const cost = amountOf(cell('cost'), 'cost')
      const seconds = amountOf(cell('seconds'), 'seconds') ?? null
      const read =
        question.kind === 'classify'
          ? readers.get(levelNamed(taxonomy, question.level).name)!(cell('answer'), confidence)
          : readVerdict(textOf(cell('answer')), confidence)
      if (read.kind === 'unreadable') return read
      const reply = {
        answer: read.answer,
        cost: cost === undefined ? expectedCost(price, question) : toMicros(cost),
        seconds,
      }
      return { kind: 'read', question, reply, outside: read.outside }
    } catch (thrown) {
      if (thrown instanceof LabelwrightError) return { kind: 'unreadable', why: thrown.problem }
      throw thrown
    }
  }
}

function readQuestion(text: string, level: string): Extract<Question, { kind: 'classify' | 'verify' }> {
  const [, kind, about] = /^(classify|verify)(?::(.+))?$/.exec(text || 'classify') ?? []
  if (kind === 'classify') return { kind, level: about ?? level }
  if (kind === 'verify' && about !== undefined) return { kind, label: about }
  throw new LabelwrightError(
    'bad-question',
    `"${text}" is no question.`,
    'Write classify, classify:<level> or verify:<label>.',
  )
}

function readVerdict(text: string, confidence: number | undefined): RecordedAnswer {
  const word = text.toLowerCase()
  if (word === '' || word === 'null') return abstention
  const approved = verdicts.get(word)
  if (approved === undefined) return { kind: 'unreadable', why: `"${text}" is neither yes nor no` }
  if (confidence !== undefined && confidence > 1)
    return { kind: 'unreadable', why: `the confidence ${confidence} is no probability from 0 to 1` }
  const sure = confidence === undefined ? {} : { confidence }
  return { kind: 'read', answer: { kind: 'verdict', approved, ...sure }, outside: false }
}

const verdicts: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['1', true],
  ['no', false],
  ['false', false],
  ['0', false],
])

/** A cell as text; nothing is the empty text. */
export function textOf(cell: unknown): string {
  if (cell === undefined || cell === null) return ''
  return typeof cell === 'string' ? cell.trim() : JSON.stringify(cell)
}

function amountOf(cell: unknown, name: string): number | undefined {
  const text = textOf(cell)
  if (text === '') return undefined
  const amount = Number(text)
  if (Number.isFinite(amount) && amount >= 0) return amount
  throw new LabelwrightError(
    'bad-number',
    `The ${name} "${text}" is no number from 0.`,
    'Give a number, or leave it empty.',
  )
}
