import type { Item } from '../../core/item.ts'
import type { Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import type { LedgerEntry } from '../../store/store.ts'
import type { SaidBefore } from './player.ts'

/** What a model has answered so far, each time the last attempt, and what an answer cost on average. */
export interface SaidInLedger {
  readonly question: Question
  readonly answers: readonly SaidBefore[]
  readonly price: Price
}

/** Collects a model's answers at one level. */
export function saidInLedger(
  ledger: readonly LedgerEntry[],
  { id, level, items }: { readonly id: string; readonly level: string; readonly items: readonly Item[] },
): SaidInLedger {
  const question = { kind: 'classify', level } as const
  const key = questionKey(question)
  const last = new Map<number, LedgerEntry>()
  for (const entry of ledger) {
    if (entry.annotator === id && questionKey(entry.question) === key) last.set(entry.item, entry)
  }
  const entries = [...last.values()]
  const spent = entries.reduce((sum, { cost }) => sum + cost, 0)
  return {
    question,
    answers: entries.map(({ item, answer, cost, seconds }) => ({
      item: items[item]!.id,
      question,
      reply: { answer, cost, seconds },
    })),
    price: { kind: 'answer', amount: Math.ceil(spent / Math.max(1, entries.length)) },
  }
}
