import type { Hono } from 'hono'
import { parseEndpoint } from '../../src/annotators/vlm/wire/endpoint.ts'
import type { Connection, ProviderName } from '../../src/annotators/vlm/wire/provider.ts'
import { makeAnthropicApp } from './anthropic.ts'
import { type FakeState, makeState, startFake } from './fake.ts'
import { makeGoogleApp } from './google.ts'
import { makeOpenAiApp } from './openai.ts'

const kinds = {
  'openai-compatible': { make: makeOpenAiApp, path: '/v1', model: 'Qwen/Qwen3-VL-8B-Instruct' },
  openai: { make: makeOpenAiApp, path: '/v1', model: 'gpt-4o' },
  anthropic: { make: makeAnthropicApp, path: '/v1', model: 'claude-haiku-4-5' },
  google: { make: makeGoogleApp, path: '/v1beta', model: 'gemini-2.5-flash' },
} as const

export interface OpenFake {
  readonly state: FakeState
  readonly connection: Connection
  readonly close: () => Promise<void>
}

/** Starts a fake of a provider, with a model that the SDK knows and whatever `extend` adds to it, and says how it is reached. */
export async function openFake(
  provider: ProviderName,
  behaviour: Partial<FakeState> = {},
  extend: (app: Hono, state: FakeState) => Hono = (app) => app,
): Promise<OpenFake> {
  const { make, path, model } = kinds[provider]
  const state = makeState({ models: [model], ...behaviour })
  const { url, close } = await startFake(extend(make(state), state))
  const endpoint = parseEndpoint(url + path, state.apiKey ?? undefined)
  return { state, connection: { provider, endpoint, model }, close }
}
