import type { Micros } from '../core/money.ts'
import type { LedgerEntry, SpendRow } from '../store/store.ts'

/** By what spending is grouped. */
export const spendGroups = ['annotator', 'round', 'question'] as const
export type SpendGroup = (typeof spendGroups)[number]

/** What a group of answers took. Money in micros. */
export interface Spending {
  /** Its value of each group asked for; rounds count from 1, as `labelwright label` does; null for `question` where questions are open and nobody knows which. */
  readonly group: Readonly<Partial<Record<SpendGroup, string | number | null>>>
  readonly answers: number
  readonly spent: Micros
  /** For questions that are still open. */
  readonly reserved: Micros
  /** Of the answers whose time was measured; null where none was. */
  readonly seconds: number | null
  /** Null where no model was asked. */
  readonly tokens: Tokens | null
}

interface Tokens {
  readonly input: number
  readonly output: number
  readonly calls: number
  /** Tries without a reply, which the provider may have billed. */
  readonly lostTries: number
}

/**
 * Adds up the ledger.
 *
 * @param by - In the order of the columns; rows are sorted by it.
 * @param open - What is reserved per annotator and round.
 */
export function groupSpend(
  ledger: readonly LedgerEntry[],
  open: readonly SpendRow[],
  by: readonly SpendGroup[],
): Spending[] {
  const parts = [...ledger.map(partOf), ...open.filter(({ reserved }) => reserved > 0).map(openPart)]
  const groups = new Map<string, Spending>()
  for (const { group, ...part } of parts) {
    const own = Object.fromEntries(by.map((name) => [name, group[name]]))
    const key = JSON.stringify(by.map((name) => own[name]))
    const before = groups.get(key)
    groups.set(key, before ? plus(before, { ...part, group: own }) : { ...part, group: own })
  }
  return [...groups.values()].toSorted((a, b) => compare(by, a, b))
}

/** All groups together. */
export function totalSpend(rows: readonly Spending[]): Spending {
  const nothing: Spending = { group: {}, answers: 0, spent: 0, reserved: 0, seconds: null, tokens: null }
  return { ...rows.reduce(plus, nothing), group: {} }
}

function partOf({ annotator, round, question, cost, seconds, how }: LedgerEntry): Spending {
  return {
    // Labels that were verified or selected are as many as classes, and not what money is spent by.
    group: {
      annotator,
      round: round + 1,
      question: question.kind === 'classify' ? `classify ${question.level}` : question.kind,
    },
    answers: 1,
    spent: cost,
    reserved: 0,
    seconds,
    tokens: how
      ? { input: how.inputTokens, output: how.outputTokens, calls: how.calls, lostTries: how.lostTries ?? 0 }
      : null,
  }
}

function openPart({ annotator, round, reserved }: SpendRow): Spending {
  return {
    group: { annotator, round: round + 1, question: null },
    answers: 0,
    spent: 0,
    reserved,
    seconds: null,
    tokens: null,
  }
}

function plus(a: Spending, b: Spending): Spending {
  return {
    group: a.group,
    answers: a.answers + b.answers,
    spent: a.spent + b.spent,
    reserved: a.reserved + b.reserved,
    seconds: a.seconds === null ? b.seconds : a.seconds + (b.seconds ?? 0),
    tokens: a.tokens && b.tokens ? plusTokens(a.tokens, b.tokens) : (a.tokens ?? b.tokens),
  }
}

function plusTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    calls: a.calls + b.calls,
    lostTries: a.lostTries + b.lostTries,
  }
}

function compare(by: readonly SpendGroup[], a: Spending, b: Spending): number {
  for (const name of by) {
    const [x, y] = [a.group[name] ?? '\uffff', b.group[name] ?? '\uffff']
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}
