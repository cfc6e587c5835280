import type { Clock } from '../../../core/clock.ts'
import type { Exchange } from '../exchange.ts'
import type { Call } from '../transport.ts'
import { callOptions } from './call-options.ts'
import { featuresOf, refusedFeature, type Feature } from './capabilities.ts'
import { isFiltered } from './endpoint-failure.ts'
import { ownFetch } from './own-fetch.ts'
import { openModel, type Connection } from './provider.ts'
import { readRateLimits, type RateLimits } from './rate-headers.ts'
import { readResult } from './read-result.ts'

export interface ChatOptions {
  /** Each request gets this long. Nothing else ends it: what has been sent is paid for. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly fetch?: typeof globalThis.fetch
  /** Told what is left of the provider's limits, whenever a response says so. */
  readonly onHeaders?: (limits: RateLimits) => void
}

/** One message and its reply, without retries. It throws what the SDK throws. */
export type Chat = (call: Call) => Promise<Exchange>

const filtered = { text: '', finishReason: 'content-filter', usage: { input: 0, output: 0 } }

/**
 * Opens a chat with a model. A feature that its endpoint refuses is left away, at once and from then on: the wording asks for the form of the
 * reply, too. It is not left away from then on where that did not help.
 */
export function openChat(connection: Connection, options: ChatOptions): Chat {
  const { timeoutMs, clock } = options
  const model = openModel(connection, watching(options))
  const refused = new Set<Feature>()

  return async (call) => {
    const start = clock.now()
    const seconds = (): number => (clock.now() - start) / 1000
    const features = new Set(featuresOf(connection, call).filter((feature) => !refused.has(feature)))
    const dropped: Feature[] = []
    for (;;) {
      try {
        const asked = callOptions(connection.provider, call, features)
        const result = await model.doGenerate({ ...asked, abortSignal: AbortSignal.timeout(timeoutMs) })
        for (const feature of dropped) refused.add(feature)
        return { ...readResult(result), seconds: seconds() }
      } catch (thrown) {
        if (isFiltered(thrown)) return { ...filtered, seconds: seconds() }
        const feature = refusedFeature(thrown, features)
        if (feature === null) throw thrown
        features.delete(feature)
        dropped.push(feature)
      }
    }
  }
}

/** A fetch that passes on what the headers of its responses say about limits. */
function watching({ fetch, onHeaders }: ChatOptions): typeof globalThis.fetch {
  const own = ownFetch(fetch)
  if (!onHeaders) return own
  return async (input, init) => {
    const response = await own(input, init)
    const limits = readRateLimits(response.headers)
    if (limits) onHeaders(limits)
    return response
  }
}
