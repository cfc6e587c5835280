import type { Provenance } from '../../../core/answer.ts'
import type { Micros } from '../../../core/money.ts'
import { expectedCost, tokenCost, type Price } from '../../../core/price.ts'
import type { Question } from '../../../core/question.ts'
import type { Exchange } from '../exchange.ts'

/**
 * What the messages behind one answer cost: by the tokens that the server counted; where it did not, what was expected. A lost try is taken to
 * have been read, not answered.
 */
export function costOf(exchanges: readonly Exchange[], price: Price, question: Question): Micros {
  const expected = expectedCost(price, question)
  if (price.kind !== 'tokens') return exchanges.length > 0 ? expected : 0
  return exchanges.reduce((sum, { usage, lostTries = 0 }) => {
    if (!usage) return sum + Math.ceil(expected / exchanges.length)
    return sum + tokenCost(price, usage) + lostTries * tokenCost(price, { input: usage.input, output: 0 })
  }, 0)
}

/** How many messages and tokens were behind one answer. */
export function countTokens(exchanges: readonly Exchange[]): Omit<Provenance, 'prompt' | 'rule'> {
  const sum = (of: (said: Exchange) => number): number => exchanges.reduce((total, said) => total + of(said), 0)
  const lostTries = sum((said) => said.lostTries ?? 0)
  return {
    calls: exchanges.length,
    inputTokens: sum(({ usage }) => usage?.input ?? 0),
    outputTokens: sum(({ usage }) => usage?.output ?? 0),
    ...(lostTries > 0 && { lostTries }),
  }
}
