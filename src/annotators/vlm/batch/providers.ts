import { keyHeaders, type Connection, type ProviderName } from '../wire/provider.ts'
import { anthropicBatches } from './anthropic-batch.ts'
import type { BatchLimits } from './batch-file.ts'
import type { BatchProvider } from './batch-provider.ts'
import { googleBatches } from './google-batch.ts'
import { openAiBatches } from './openai-batch.ts'

const megabyte = 1_000_000

/** What the providers take at once, as they publish it. */
export const publishedLimits: Readonly<Record<ProviderName, BatchLimits>> = {
  'openai-compatible': { maxRequests: 50_000, maxBytes: 200 * megabyte },
  openai: { maxRequests: 50_000, maxBytes: 200 * megabyte },
  anthropic: { maxRequests: 100_000, maxBytes: 256 * megabyte },
  // No number is published; a file that large holds 7,000 pictures.
  google: { maxRequests: 100_000, maxBytes: 2000 * megabyte },
}

/** The batch interface of the provider at a connection. */
export function batchProvider({ provider, endpoint }: Connection, fetch?: typeof globalThis.fetch): BatchProvider {
  const address = { url: endpoint.url, headers: keyHeaders(provider, endpoint), ...(fetch && { fetch }) }
  switch (provider) {
    case 'openai':
    case 'openai-compatible':
      return openAiBatches(address)
    case 'anthropic':
      return anthropicBatches(address)
    case 'google':
      return googleBatches(address)
  }
}
