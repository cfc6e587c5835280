import { z } from 'zod'
import type { Clock } from '../../../core/clock.ts'
import { responseError } from './api-error.ts'
import { endpointError, judgeFailure } from './endpoint-failure.ts'
import { ownFetch } from './own-fetch.ts'
import { keyHeaders, type Connection } from './provider.ts'

/** What a server says it has. */
export interface ModelList {
  readonly models: readonly string[]
  /** Whether the model is among them, be it under a longer name: `:latest` of Ollama, a date of Anthropic. */
  readonly hasModel: boolean
  /** How long the server took to list them. */
  readonly ms: number
}

export interface CheckOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly fetch?: typeof globalThis.fetch
}

const byId = z.object({ data: z.array(z.object({ id: z.string() })) }).transform(({ data }) => data.map(({ id }) => id))
const byName = z
  .object({ models: z.array(z.object({ name: z.string() })) })
  .transform(({ models }) => models.map(({ name }) => name.replace(/^models\//, '')))

/**
 * Asks a server for its models, once; costs nothing.
 *
 * @throws {@link LabelwrightError} `endpoint-unreachable`, `endpoint-denied`, `message-rejected` or `endpoint-failed`.
 */
export async function listModels(connection: Connection, options: CheckOptions): Promise<ModelList> {
  const { provider, endpoint, model } = connection
  const { clock, timeoutMs, fetch } = options
  const start = clock.now()
  try {
    // Both page; 1000 is the longest page of either.
    const page = { anthropic: '?limit=1000', google: '?pageSize=1000', openai: '', 'openai-compatible': '' }[provider]
    const response = await ownFetch(fetch)(`${endpoint.url}/models${page}`, {
      headers: keyHeaders(provider, endpoint),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw responseError(response, await response.text())
    const shape = provider === 'google' ? byName : byId
    const { data: models } = shape.safeParse(await response.json().catch(() => null))
    if (!models) throw responseError(response, '', 'its list of models cannot be read')
    return { models, hasModel: models.some((listed) => isNamed(listed, model)), ms: clock.now() - start }
  } catch (thrown) {
    throw endpointError(judgeFailure(thrown, endpoint, clock.now()), endpoint)
  }
}

function isNamed(listed: string, model: string): boolean {
  const name = model.replace(/^models\//, '').replace(/-latest$/, '')
  return listed === model || (listed.startsWith(name) && /^(:latest|-\d{8})?$/.test(listed.slice(name.length)))
}
