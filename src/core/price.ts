import type { Micros } from './money.ts'
import type { Question } from './question.ts'

/**
 * What an annotator's answers cost.
 *
 * - `answer`: a fixed amount per answer (also the unit price of research settings); `verify` where a verdict costs another one.
 * - `hourly`: a person's wage; `secondsPerQuestion` says how long one question of each kind takes.
 * - `tokens`: a model's price per million tokens; `tokensPerQuestion` is the first guess before any usage was seen.
 */
export type Price =
  | { readonly kind: 'answer'; readonly amount: Micros; readonly verify?: Micros }
  | {
      readonly kind: 'hourly'
      readonly wage: Micros
      readonly secondsPerQuestion: Readonly<Record<Question['kind'], number>>
    }
  | TokenPrice

/** What a model's tokens cost. */
export interface TokenPrice {
  readonly kind: 'tokens'
  readonly inputPerMillion: Micros
  /** Of input that the server had read before. Default: as any other input. */
  readonly cachedInputPerMillion?: Micros
  readonly outputPerMillion: Micros
  /** What batches cost, as a share of the above. Default 0.5. See {@link atBatchPrice}. */
  readonly batchFactor?: number
  /** What the server says that a call cost is the price, in the project's currency; the above is for calls of which it says nothing. */
  readonly reported?: true
  readonly tokensPerQuestion: { readonly input: number; readonly output: number }
}

/** Tokens of one or more calls. Whole numbers from 0. */
export interface BilledUsage {
  /** Everything that was read, `cachedInput` included. */
  readonly input: number
  readonly cachedInput?: number
  readonly output: number
  /** An amount of the project's currency. */
  readonly reportedCost?: number
}

const usualBatchFactor = 0.5

/** What one question is expected to cost; a planned question reserves this much of the budget. */
export function expectedCost(price: Price, question: Question): Micros {
  switch (price.kind) {
    case 'answer':
      return question.kind === 'verify' ? (price.verify ?? price.amount) : price.amount
    case 'hourly':
      return Math.ceil((price.wage * price.secondsPerQuestion[question.kind]) / 3600)
    case 'tokens':
      return tokenCost(price, price.tokensPerQuestion)
  }
}

/** What a model's reply cost, rounded up to a whole micro; exact at any price. */
export function tokenCost(price: TokenPrice, usage: BilledUsage): Micros {
  if (price.reported && isAmount(usage.reportedCost)) return microsUp(usage.reportedCost)
  const cached = Math.min(usage.cachedInput ?? 0, usage.input)
  const millionths =
    times(price.inputPerMillion, usage.input - cached) +
    times(price.cachedInputPerMillion ?? price.inputPerMillion, cached) +
    times(price.outputPerMillion, usage.output)
  return Number((millionths + 999_999n) / 1_000_000n)
}

/** The price of the same tokens in a batch. What a server reports is taken as it is. */
export function atBatchPrice(price: TokenPrice): TokenPrice {
  const { batchFactor = usualBatchFactor, cachedInputPerMillion: cached } = price
  return {
    ...price,
    inputPerMillion: Math.ceil(price.inputPerMillion * batchFactor),
    ...(cached !== undefined && { cachedInputPerMillion: Math.ceil(cached * batchFactor) }),
    outputPerMillion: Math.ceil(price.outputPerMillion * batchFactor),
  }
}

/** The product of a rate and a number of tokens leaves the safe integers sooner than the cost does. */
function times(perMillion: Micros, tokens: number): bigint {
  return BigInt(perMillion) * BigInt(Math.ceil(tokens))
}

function isAmount(reported: number | undefined): reported is number {
  return reported !== undefined && Number.isFinite(reported) && reported >= 0
}

/** 15 digits, because 0.0011 of the currency are 1100.0000000000002 micros to a computer. */
function microsUp(amount: number): Micros {
  return Math.ceil(Number((amount * 1e6).toPrecision(15)))
}
