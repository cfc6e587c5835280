import { eachEnd, times, type Range } from '../annotators/vlm/money/range.ts'
import { formatMoney, type Micros } from '../core/money.ts'
import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import type { ProjectEstimate, QuestionEstimate } from '../project/estimate.ts'
import type { PictureTable } from '../project/picture-table.ts'
import { sourceWords } from '../project/prices.ts'
import { amount, count, questionName, stopWords } from '../project/words.ts'
import { columns, joined, tables } from './columns.ts'

/** What an estimate's tables need to know of its project. */
interface Frame {
  readonly currency: string
  /** How many it has. */
  readonly items: number
  /** Of the terminal. */
  readonly width: number
}

/** The tables of an estimate, as lines for people. */
export function estimateLines(
  { rows, firstRound, pictures }: ProjectEstimate,
  { currency, items, width }: Frame,
): string[] {
  const paid = rows.filter((row) => row.paid)
  return [
    ...joined(tables(header(currency), rows.map(questionRow(items)), { keys: 2, width })),
    '',
    'Prices:',
    ...indented(
      columns(
        ['', '', ''],
        [...Map.groupBy(rows, ({ annotator }) => annotator).values()].map(priceRow(currency)),
      ).slice(1),
    ),
    ...(firstRound ? ['', ...firstRoundLines(firstRound, currency)] : []),
    ...(paid.length > 0
      ? ['', 'Paid so far, on average:', ...indented(columns(paidHeader(currency), paid.map(paidRow)))]
      : []),
    ...pictures.filter(isChoice).flatMap((table) => ['', ...pictureLines(table, currency)]),
    ...smallPictureLines(pictures.filter((table) => !isChoice(table))),
  ]
}

function header(currency: string): string[] {
  return [
    'annotator',
    'question',
    'tokens in',
    'tokens out',
    `${currency} per 1,000`,
    'knows only',
    `${currency} for all`,
    'budget buys',
  ]
}

function questionRow(all: number): (row: QuestionEstimate) => string[] {
  return ({ annotator, question, usage, cost, items, costOfAll, affordable }) => [
    annotator,
    questionName(question),
    ...(['input', 'output'] as const).map((side) =>
      usage
        ? range(
            eachEnd((end) => usage[end][side]),
            count,
          )
        : '–',
    ),
    range(times(1000, cost), money),
    items === all ? '' : count(items),
    range(costOfAll, money),
    affordable ? (affordable.low < items ? range(affordable, count) : 'all') : '',
  ]
}

function priceRow(currency: string): (ofAnnotator: readonly QuestionEstimate[]) => string[] {
  return (ofAnnotator) => {
    const { annotator, price, source } = ofAnnotator[0]!
    const kinds = new Set(ofAnnotator.map(({ question }) => question.kind))
    return [
      annotator,
      priceWords(price, [...kinds], currency),
      `(${price.kind === 'hourly' ? 'wage' : 'price'} from ${sourceWords(source)})`,
    ]
  }
}

/** A price in words, without where it is from. @param kinds - Of the questions that are asked at it. */
export function priceWords(price: Price, kinds: readonly Question['kind'][], currency: string): string {
  switch (price.kind) {
    case 'answer': {
      const { amount: usual, verify = usual } = price
      const each = kinds.map((kind) =>
        kind === 'verify' ? `${money(verify)} ${currency} a yes or no` : `${money(usual)} ${currency} an answer`,
      )
      return each.join(', ')
    }
    case 'hourly': {
      const each = kinds.map((kind) => {
        return `${price.secondsPerQuestion[kind]} s a ${kind === 'verify' ? 'yes or no' : 'question'}`
      })
      return [`${money(price.wage)} ${currency} an hour`, ...each].join(', ')
    }
    case 'tokens': {
      const cached = price.cachedInputPerMillion === undefined ? '' : `, ${money(price.cachedInputPerMillion)} cached`
      const rates = `${money(price.inputPerMillion)} in${cached}, ${money(price.outputPerMillion)} out`
      return `${currency} ${rates} per million tokens${price.reported ? ', or what the server says' : ''}`
    }
  }
}

function firstRoundLines({ asks, stops }: NonNullable<ProjectEstimate['firstRound']>, currency: string): string[] {
  if (stops) return [`The first round asks nothing: ${stopWords(stops)}.`]
  const total = eachEnd((end) => asks.reduce((sum, { cost }) => sum + cost[end], 0))
  const questions = asks.reduce((sum, ask) => sum + ask.questions, 0)
  return [
    `The first round asks ${amount(questions, 'question')} for ${range(total, money)} ${currency}:`,
    ...indented(
      columns(
        ['annotator', 'question', 'questions', currency],
        asks.map((ask) => [ask.annotator, questionName(ask.question), count(ask.questions), range(ask.cost, money)]),
      ),
    ),
  ]
}

function paidHeader(currency: string): string[] {
  return ['annotator', 'question', 'answers', `${currency} a question`, 'tokens in', 'tokens out']
}

function paidRow({ annotator, question, paid }: QuestionEstimate): string[] {
  const { answers, cost, tokens } = paid!
  const counted = tokens ? [count(Math.round(tokens.input)), count(Math.round(tokens.output))] : ['', '']
  return [annotator, questionName(question), count(answers), money(cost), ...counted]
}

function pictureLines({ annotator, options, measured, rows }: PictureTable, currency: string): string[] {
  const form =
    options.format === 'png' ? 'PNG' : `${options.format === 'webp' ? 'WebP' : 'JPEG'} of quality ${options.quality}`
  return [
    `Picture sizes for ${annotator}, as ${form}, measured on ${amount(measured, 'picture')} of the dataset:`,
    ...indented(
      columns(
        ['longest side', '', 'tokens a picture', 'KB', `${currency} for 1,000 questions`],
        rows.map(({ longestSide, isConfigured, tokens, bytes, cost }) => [
          longestSide === null ? 'original' : `${longestSide} px`,
          isConfigured ? '← as configured' : '',
          range(tokens, (n) => count(Math.round(n))),
          count(Math.ceil(bytes / 1000)),
          range(cost, money),
        ]),
      ),
    ),
  ]
}

/** Whether the size of the pictures makes a difference. */
function isChoice({ rows }: PictureTable): boolean {
  return rows.length > 1
}

function smallPictureLines(tables: readonly PictureTable[]): string[] {
  const sizeWords = ({ rows }: PictureTable): string =>
    `${range(rows[0]!.tokens, (n) => count(Math.round(n)))} tokens and ${count(Math.ceil(rows[0]!.bytes / 1000))} KB each`
  return [...Map.groupBy(tables, sizeWords)].flatMap(([words, alike]) => [
    '',
    `Pictures for ${alike.map(({ annotator }) => annotator).join(', ')}: ${words}. None is large enough for "picture: { longestSide }" to matter.`,
  ])
}

/** `0.05 (0.01–0.20)`, or one number where all are the same. */
function range({ low, expected, high }: Range, words: (n: number) => string): string {
  const [least, likely, most] = [low, expected, high].map(words)
  return least === most ? likely! : `${likely} (${least}–${most})`
}

/** Two digits that mean something, where cents would say too little. */
function money(micros: Micros): string {
  return micros > 0 && micros < 1e5 ? String(Number((micros / 1e6).toPrecision(2))) : formatMoney(micros, '').trim()
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
