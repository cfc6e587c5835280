import type { Micros } from './money.ts'
import type { Question } from './question.ts'

/**
 * What an annotator's answers cost.
 *
 * - `answer`: a fixed amount per answer (also the unit price of research settings).
 * - `hourly`: a person's wage; `secondsPerQuestion` says how long one question of each kind takes.
 * - `tokens`: a model's price per million tokens; `tokensPerQuestion` is the first guess before any usage was seen.
 */
export type Price =
  | { readonly kind: 'answer'; readonly amount: Micros }
  | {
      readonly kind: 'hourly'
      readonly wage: Micros
      readonly secondsPerQuestion: Readonly<Record<Question['kind'], number>>
    }
  | {
      readonly kind: 'tokens'
      readonly inputPerMillion: Micros
      readonly outputPerMillion: Micros
      readonly tokensPerQuestion: { readonly input: number; readonly output: number }
    }

/** What one question is expected to cost; a planned question reserves this much of the budget. */
export function expectedCost(price: Price, question: Question): Micros {
  switch (price.kind) {
    case 'answer':
      return price.amount
    case 'hourly':
      return Math.ceil((price.wage * price.secondsPerQuestion[question.kind]) / 3600)
    case 'tokens':
      return tokenCost(price, price.tokensPerQuestion)
  }
}

/** What a model's reply cost, rounded up to a whole micro. */
export function tokenCost(
  price: Extract<Price, { kind: 'tokens' }>,
  usage: { readonly input: number; readonly output: number },
): Micros {
  return Math.ceil((price.inputPerMillion * usage.input + price.outputPerMillion * usage.output) / 1e6)
}
