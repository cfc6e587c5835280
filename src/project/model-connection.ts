import { parseEndpoint, type Endpoint } from '../annotators/vlm/wire/endpoint.ts'
import {
  defaultEndpoint,
  defaultKeyVariable,
  type Connection,
  type ProviderName,
} from '../annotators/vlm/wire/provider.ts'
import { LabelwrightError } from '../core/error.ts'
import type { VlmConfig } from './config.ts'
import type { Env } from './read-config.ts'

/** A model that is reached over the network. */
export type RemoteVlm = VlmConfig & { readonly provider: ProviderName }

export function isRemote(said: VlmConfig): said is RemoteVlm {
  return said.provider !== 'in-process'
}

/**
 * How a model is reached, with the key from the environment.
 *
 * @throws {@link LabelwrightError} `no-api-key` where the variable is not set, `bad-endpoint`.
 */
export function connectionOf(said: RemoteVlm, env: Env): Connection {
  const { id, provider, model, apiKeyEnv } = said
  const variable = apiKeyEnv ?? defaultKeyVariable(provider)
  const apiKey = variable === null ? undefined : env[variable]?.trim()
  if (variable !== null && !apiKey) throw noKey(id, variable)
  return { provider, model, endpoint: endpointOf(said, apiKey) }
}

/** Where a model is. @throws {@link LabelwrightError} `bad-endpoint`. */
export function endpointOf({ endpoint, provider }: RemoteVlm, apiKey?: string): Endpoint {
  return parseEndpoint(endpoint ?? defaultEndpoint(provider) ?? '', apiKey)
}

function noKey(id: string, variable: string): LabelwrightError {
  return new LabelwrightError(
    'no-api-key',
    `The annotator "${id}" takes its key from the environment variable ${variable}, which is not set.`,
    `Set it, e.g. export ${variable}=…, and run again.`,
  )
}
