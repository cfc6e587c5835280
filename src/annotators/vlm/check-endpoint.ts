import { APICallError } from '@ai-sdk/provider'
import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'
import { endpointError, judgeFailure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'

export interface EndpointCheck {
  readonly models: readonly string[]
  readonly hasModel: boolean
  /** How long the server took to list them. */
  readonly ms: number
}

export interface EndpointCheckOptions {
  readonly clock: Clock
  readonly apiKey?: string | undefined
  /** Default 5000. */
  readonly timeoutMs?: number
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) })

/**
 * Asks a server for its models, once; costs nothing.
 *
 * @throws {@link LabelwrightError} `bad-endpoint`, `endpoint-unreachable`, `endpoint-denied` or `endpoint-failed`.
 */
export async function checkEndpoint(
  address: string,
  model: string,
  options: EndpointCheckOptions,
): Promise<EndpointCheck> {
  const { clock, apiKey, timeoutMs = 5000 } = options
  const endpoint = parseEndpoint(address, apiKey)
  const start = clock.now()
  try {
    const url = `${endpoint.url}/models`
    const headers = new Headers(endpoint.apiKey ? { authorization: `Bearer ${endpoint.apiKey}` } : {})
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) {
      throw new APICallError({ message: response.statusText, url, requestBodyValues: {}, statusCode: response.status })
    }
    const models = modelList.parse(await response.json()).data.map(({ id }) => id)
    return { models, hasModel: models.includes(model), ms: clock.now() - start }
  } catch (thrown) {
    throw endpointError(judgeFailure(thrown, endpoint, clock.now()), endpoint)
  }
}
