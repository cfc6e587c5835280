import type { Range } from '../annotators/vlm/money/picture-tokens.ts'
import { formatMoney, type Micros } from '../core/money.ts'
import type { Price } from '../core/price.ts'
import { questionKey } from '../core/question.ts'
import type { ProjectEstimate, QuestionEstimate } from '../project/estimate.ts'
import { eachEnd } from '../project/mean-estimate.ts'
import type { PictureTable } from '../project/picture-table.ts'
import { sourceWords } from '../project/prices.ts'
import { amount, count, stopWords } from '../project/words.ts'
import { columns } from './columns.ts'

/** The tables of an estimate, as lines for people. */
export function estimateLines({ rows, firstRound, pictures }: ProjectEstimate, currency: string): string[] {
  const paid = rows.filter((row) => row.paid)
  return [
    ...columns(header(currency), rows.map(questionRow)),
    '',
    'Prices:',
    ...indented(columns(['', '', ''], rows.filter(isFirstOfAnnotator).map(priceRow(currency))).slice(1)),
    ...(firstRound ? ['', ...firstRoundLines(firstRound, currency)] : []),
    ...(paid.length > 0
      ? ['', 'Paid so far, on average:', ...indented(columns(paidHeader(currency), paid.map(paidRow)))]
      : []),
    ...pictures.flatMap((table) => ['', ...pictureLines(table, currency)]),
  ]
}

function header(currency: string): string[] {
  const each = `${currency} a question`
  return [
    'annotator',
    'question',
    'tokens in',
    'tokens out',
    each,
    'items',
    `${currency} for all of them`,
    'the budget buys',
  ]
}

function questionRow({ annotator, question, usage, cost, items, costOfAll, affordable }: QuestionEstimate): string[] {
  return [
    annotator,
    questionKey(question),
    usage
      ? range(
          eachEnd((end) => usage[end].input),
          count,
        )
      : '–',
    usage
      ? range(
          eachEnd((end) => usage[end].output),
          count,
        )
      : '–',
    range(cost, money),
    count(items),
    range(costOfAll, money),
    affordable ? range(affordable, count) : '–',
  ]
}

function isFirstOfAnnotator({ annotator }: QuestionEstimate, i: number, rows: readonly QuestionEstimate[]): boolean {
  return rows.findIndex((row) => row.annotator === annotator) === i
}

function priceRow(currency: string): (row: QuestionEstimate) => string[] {
  return ({ annotator, price, source, question }) => [
    annotator,
    priceWords(price, question.kind, currency),
    `(${price.kind === 'hourly' ? 'wage' : 'price'} from ${sourceWords(source)})`,
  ]
}

/** A price in words, without where it is from. */
export function priceWords(price: Price, kind: QuestionEstimate['question']['kind'], currency: string): string {
  switch (price.kind) {
    case 'answer':
      return `${money(price.amount)} ${currency} an answer`
    case 'hourly':
      return `${money(price.wage)} ${currency} an hour, ${price.secondsPerQuestion[kind]} s a question`
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
        asks.map((ask) => [ask.annotator, questionKey(ask.question), count(ask.questions), range(ask.cost, money)]),
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
  return [annotator, questionKey(question), count(answers), money(cost), ...counted]
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

/** `0.05 (0.01–0.20)`, or one number where all are the same. */
function range({ low, expected, high }: Range, words: (n: number) => string): string {
  const [least, likely, most] = [low, expected, high].map(words)
  return least === most ? likely! : `${likely} (${least}–${most})`
}

function money(micros: Micros): string {
  return formatMoney(micros, '').trim()
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
