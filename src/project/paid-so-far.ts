import { mean } from '../annotators/vlm/money/range.ts'
import type { Micros } from '../core/money.ts'
import type { Question } from '../core/question.ts'
import type { LedgerEntry } from '../store/store.ts'
import { questionName } from './words.ts'

/** What was really paid for a question so far, on average. */
export interface PaidSoFar {
  readonly answers: number
  readonly cost: Micros
  /** Null where no tokens are counted. */
  readonly tokens: { readonly input: number; readonly output: number } | null
}

/** Reads the ledger, verdicts on all classes together; null where nobody has answered yet. */
export function paidSoFar(ledger: readonly LedgerEntry[], annotator: string, question: Question): PaidSoFar | null {
  const name = questionName(question)
  const given = ledger.filter((entry) => entry.annotator === annotator && questionName(entry.question) === name)
  if (given.length === 0) return null
  const counted = given.flatMap(({ how }) => (how ? [how] : []))
  return {
    answers: given.length,
    cost: mean(given.map(({ cost }) => cost)),
    tokens: counted.length
      ? { input: mean(counted.map((how) => how.inputTokens)), output: mean(counted.map((how) => how.outputTokens)) }
      : null,
  }
}
