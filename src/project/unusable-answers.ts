import type { LedgerEntry } from '../store/store.ts'
import { amount, count } from './words.ts'

/** What of an annotator's answers says nothing about its item. */
export interface UnusableAnswers {
  readonly annotator: string
  readonly answers: number
  /** That name no class. */
  readonly outside: number
  /** That are none, by reason, the most frequent first. */
  readonly abstained: readonly (readonly [reason: string, answers: number])[]
}

/** Counts the answers of each annotator that name no class, or are none; annotators whose answers are all usable are left out. */
export function countUnusable(ledger: readonly LedgerEntry[]): UnusableAnswers[] {
  return [...Map.groupBy(ledger, ({ annotator }) => annotator)].flatMap(([annotator, entries]) => {
    const outside = entries.filter(({ answer }) => answer.kind === 'outside').length
    const reasons = entries.flatMap(({ answer }) => (answer.kind === 'abstain' ? [shortened(answer.reason)] : []))
    if (outside + reasons.length === 0) return []
    const abstained = [...Map.groupBy(reasons, (reason) => reason)]
      .map(([reason, given]) => [reason, given.length] as const)
      .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    return [{ annotator, answers: entries.length, outside, abstained }]
  })
}

/** A server's own words differ from item to item. */
function shortened(reason: string): string {
  return reason.split(':')[0]!
}

const mostReasons = 4

/** As a line for people. */
export function unusableWords({ annotator, answers, outside, abstained }: UnusableAnswers): string {
  const silent = abstained.reduce((sum, [, given]) => sum + given, 0)
  const reasons = abstained.slice(0, mostReasons).map(([reason, given]) => `${reason} ${count(given)}`)
  const more = abstained.length > mostReasons ? ', …' : ''
  return [
    `${annotator}, ${amount(answers, 'answer')}`,
    ...(outside > 0 ? [`${count(outside)} outside the classes`] : []),
    ...(silent > 0 ? [`${count(silent)} without an answer (${reasons.join(', ')}${more})`] : []),
  ].join('; ')
}
