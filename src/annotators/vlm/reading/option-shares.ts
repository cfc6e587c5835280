import type { TokenLogprob } from '../exchange.ts'

/** How a place of the reply divides between some options. */
export interface OptionShares {
  /** The options' probabilities relative to each other, summing to 1. */
  readonly shares: readonly number[]
  /** What the model gave to all options together, in `[0, 1]`: where it is low, it wanted to say something else. */
  readonly mass: number
}

/**
 * Divides the probability of a token's place between options, each a set of plain spellings (see {@link plainToken}): ` A`, `a)` and `A`
 * are one. Of an option that is not among the tokens returned only the most is known, so it gets what the least likely of them has, less 1
 * in the logarithm.
 */
export function optionShares(
  { token, logprob, top }: TokenLogprob,
  options: readonly ReadonlySet<string>[],
): OptionShares {
  const chosen = top.some((other) => other.token === token) ? [] : [{ token, logprob }]
  const seen = [...top, ...chosen].filter((other) => Number.isFinite(other.logprob) && other.logprob <= 0)
  const floor = Math.exp(seen.reduce((least, other) => Math.min(least, other.logprob), 0) - 1)
  const found = options.map(() => 0)
  for (const other of seen) {
    const option = options.findIndex((spellings) => spellings.has(plainToken(other.token)))
    if (option >= 0) found[option]! += Math.exp(other.logprob)
  }
  const floored = found.map((probability) => probability || floor)
  const sum = floored.reduce((total, probability) => total + probability, 0)
  return { shares: floored.map((probability) => probability / sum), mass: found.reduce((total, p) => total + p, 0) }
}

/** A token's letters and digits, small, without the marks that tokenizers put where a space was. */
export function plainToken(token: string): string {
  return token.toLowerCase().replace(/[^a-z0-9]/g, '')
}
