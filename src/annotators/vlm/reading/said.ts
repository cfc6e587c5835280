import type { Exchange, TokenLogprob } from '../exchange.ts'

/** A reply, for tests. */
export function said(text: string, finishReason = 'stop'): Exchange {
  return { text, finishReason, usage: null, seconds: 0 }
}

export function token(text: string, probability: number, others: Readonly<Record<string, number>> = {}): TokenLogprob {
  const top = Object.entries({ [text]: probability, ...others })
  return {
    token: text,
    logprob: Math.log(probability),
    top: top.map(([other, p]) => ({ token: other, logprob: Math.log(p) })),
  }
}
