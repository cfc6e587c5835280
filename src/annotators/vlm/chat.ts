import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { Clock } from '../../core/clock.ts'
import { isFiltered } from './endpoint-failure.ts'
import type { Endpoint } from './endpoint.ts'

/** What a model said, unread, and what it took. */
export interface Exchange {
  readonly text: string
  /** `stop`, `length` (cut off), `content-filter` (refused) or another word of the server's. */
  readonly finishReason: string
  /** Tokens; null where the server does not say. */
  readonly usage: { readonly input: number; readonly output: number } | null
  readonly seconds: number
}

export interface ChatOptions {
  readonly model: string
  /** Each try gets this long. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly fetch?: typeof globalThis.fetch
}

/** One request. */
export type Chat = (request: LanguageModelV4CallOptions, signal: AbortSignal) => Promise<Exchange>

/** Opens a chat with a model, one request at a time, without retries. It throws what the SDK throws. */
export function openChat(endpoint: Endpoint, { model, timeoutMs, clock, fetch }: ChatOptions): Chat {
  const provider = createOpenAICompatible({
    name: 'labelwright',
    baseURL: endpoint.url,
    // Without this the SDK drops the schema and says nothing.
    supportsStructuredOutputs: true,
    ...(endpoint.apiKey && { apiKey: endpoint.apiKey }),
    ...(fetch && { fetch }),
  })
  const languageModel = provider.chatModel(model)
  return async (request, signal) => {
    const start = clock.now()
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const said = await languageModel.doGenerate({ ...request, abortSignal }).then(wordsOf, (thrown: unknown) => {
      if (isFiltered(thrown)) return filtered
      throw thrown
    })
    return { ...said, seconds: (clock.now() - start) / 1000 }
  }
}

/** Far more than any model reads at once. */
const mostTokens = 1e9

type Words = Omit<Exchange, 'seconds'>

const filtered: Words = { text: '', finishReason: 'content-filter', usage: { input: 0, output: 0 } }

function wordsOf({ content, finishReason, usage }: LanguageModelV4GenerateResult): Words {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
  const [input, output] = [usage.inputTokens.total, usage.outputTokens.total]
  return {
    text,
    finishReason: finishReason.unified,
    usage: isCount(input) && isCount(output) ? { input, output } : null,
  }
}

/** Servers may say anything here, and what is no number of tokens would be no price either. */
function isCount(tokens: number | undefined): tokens is number {
  return tokens !== undefined && tokens >= 0 && tokens <= mostTokens
}
