import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Clock } from '../../core/clock.ts'
import type { Rng } from '../../core/rng.ts'
import { openChat, type Exchange } from './chat.ts'
import { endpointError, judgeFailure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'
import { withRetries } from './retry.ts'

export interface SenderOptions {
  /** Base address of an OpenAI-compatible server, e.g. `http://localhost:8000/v1`. */
  readonly endpoint: string
  readonly model: string
  readonly apiKey?: string | undefined
  /** For each try. Default 60,000. */
  readonly timeoutMs?: number
  /** Tries after the first. Default 5. */
  readonly maxRetries?: number
  readonly clock: Clock
  /** Draws the pauses between tries. */
  readonly rng: Rng
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Makes what brings a request to a model and its reply back, trying again where that may help. An address that never answered is given up at
 * once: it is misspelt, or its server not started; one that did answer may be restarting.
 */
export function makeSender(
  options: SenderOptions,
): (request: LanguageModelV4CallOptions, signal: AbortSignal) => Promise<Exchange> {
  const { clock, rng, maxRetries = 5, timeoutMs = 60_000 } = options
  const endpoint = parseEndpoint(options.endpoint, options.apiKey)
  const chat = openChat(endpoint, { ...options, timeoutMs })
  let answered = false

  return (request, signal) =>
    withRetries(
      async () => {
        const exchange = await chat(request, signal)
        answered = true
        return exchange
      },
      {
        maxRetries,
        rng,
        signal,
        judge: (thrown) => {
          const failure = judgeFailure(thrown, endpoint, clock.now())
          answered ||= failure.status !== null
          return failure.kind === 'unreachable' ? { ...failure, passing: answered } : failure
        },
        giveUp: (failure, tries) => endpointError(failure, endpoint, tries),
      },
    )
}
