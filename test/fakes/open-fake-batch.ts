import { parseEndpoint } from '../../src/annotators/vlm/wire/endpoint.ts'
import { addAnthropicBatches } from './anthropic-batch.ts'
import { makeAnthropicApp } from './anthropic.ts'
import { type BatchDesk, makeDesk } from './fake-batch.ts'
import { makeState, startFake } from './fake.ts'
import { addGoogleBatches } from './google-batch.ts'
import { makeGoogleApp } from './google.ts'
import type { OpenFake } from './open-fake.ts'
import { addOpenAiBatches } from './openai-batch.ts'
import { makeOpenAiApp } from './openai.ts'

/** Providers with a batch interface of their own. */
export type BatchingProvider = 'openai' | 'anthropic' | 'google'

const kinds = {
  openai: { make: makeOpenAiApp, add: addOpenAiBatches, path: '/v1', model: 'gpt-4o' },
  anthropic: { make: makeAnthropicApp, add: addAnthropicBatches, path: '/v1', model: 'claude-haiku-4-5' },
  google: { make: makeGoogleApp, add: addGoogleBatches, path: '/v1beta', model: 'gemini-2.5-flash' },
} as const

/** Providers with a batch interface of their own. */
export const batchProviders: readonly BatchingProvider[] = ['openai', 'anthropic', 'google']

/** Starts a fake of a provider that takes batches. The model answers with the last word of what it is asked. */
export async function openFakeBatch(provider: BatchingProvider): Promise<OpenFake & { desk: BatchDesk }> {
  const { make, add, path, model } = kinds[provider]
  const state = makeState({ models: [model], answer: ({ text }) => `{"label":"${text.split(' ').at(-1)}"}` })
  const desk = makeDesk()
  const { url, close } = await startFake(add(make(state), state, desk))
  return {
    state,
    desk,
    connection: { provider, endpoint: parseEndpoint(url + path, state.apiKey ?? undefined), model },
    close,
  }
}
