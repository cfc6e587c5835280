import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Exchange, Usage } from './exchange.ts'

/** One message, ready to be sent. */
export interface Request {
  /** Hash of its content; a batch finds its replies by it. */
  readonly key: string
  /** Tokens that it takes at most; held back from the limit per minute until the real ones are known. */
  readonly tokens: Usage
  /** Makes what is sent; called only when it is its turn, because pictures are large. */
  compose(): Promise<Call>
}

/** What is sent: the SDK's prompt, and what the SDK does not know. */
export interface Call extends Pick<
  LanguageModelV4CallOptions,
  'prompt' | 'responseFormat' | 'maxOutputTokens' | 'temperature'
> {
  /** Whether log-probabilities of the reply are wanted. */
  readonly logprobs: boolean
  /** Goes along as `Idempotency-Key`: who honours it bills a message once, though we may be killed before its reply reaches the disk. */
  readonly idempotencyKey?: string
}

/**
 * Brings a message to a model and its reply back.
 *
 * @param signal - Once it is aborted nothing new is sent; a message that is under way is waited for.
 * @throws {@link LabelwrightError} when the endpoint is broken, out of reach, or refuses this message.
 */
export type Transport = (request: Request, signal: AbortSignal) => Promise<Exchange>
