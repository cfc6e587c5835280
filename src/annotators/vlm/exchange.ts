/** What a model said, unread, and what it took. */
export interface Exchange {
  readonly text: string
  /** `stop`, `length` (cut off), `content-filter` (refused) or another word of the server's. */
  readonly finishReason: string
  /** Null where the server does not say. */
  readonly usage: Usage | null
  readonly seconds: number
  /** One per token of the reply; absent where it was not asked for or the server gives none. */
  readonly logprobs?: readonly TokenLogprob[]
  /** Earlier tries that ended without a reply after they were sent, and may have been billed. */
  readonly lostTries?: number
}

/** Tokens, as the server counted them. */
export interface Usage {
  /** Everything that was read, `cachedInput` included. */
  readonly input: number
  /** The part of `input` that the server had read before, and bills at a lower price. */
  readonly cachedInput?: number
  /** Everything that was written, thinking included. */
  readonly output: number
  /** What the server says that this call cost, in a currency of its own (OpenRouter's `usage.cost`). */
  readonly reportedCost?: number
}

/** A token of the reply, and the likeliest tokens at its place; natural logarithms. */
export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly top: readonly { readonly token: string; readonly logprob: number }[]
}
