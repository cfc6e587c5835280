import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { FakeState, Seen } from '../../../../test/fakes/fake.ts'
import { openFake } from '../../../../test/fakes/open-fake.ts'
import { openAiError } from '../../../../test/fakes/openai.ts'
import { checkEndpoint, type Health } from './check-endpoint.ts'
import { parseEndpoint } from './endpoint.ts'
import { listModels, type ModelList } from './list-models.ts'
import { providerNames, type ProviderName } from './provider.ts'

const options = { clock: { now: () => performance.now() }, timeoutMs: 2000 }

interface Visit {
  readonly state?: Partial<FakeState>
  readonly model?: string
  readonly key?: string
  readonly path?: string
}

async function list(provider: ProviderName, { state = {}, model, key, path = '' }: Visit = {}): Promise<ModelList> {
  const { connection, close } = await openFake(provider, state)
  const { url, apiKey } = connection.endpoint
  const endpoint = parseEndpoint(url + path, key ?? apiKey)
  return listModels({ ...connection, endpoint, model: model ?? connection.model }, options).finally(close)
}

async function ask(provider: ProviderName, state: Partial<FakeState>): Promise<Health> {
  const { connection, close } = await openFake(provider, state)
  return checkEndpoint(connection, options).finally(close)
}

test.each(providerNames)('%s says which models it has, or why not', async (provider) => {
  const models = ['seer', 'other']
  expect(await list(provider, { state: { models }, model: 'seer' })).toMatchObject({ models, hasModel: true })
  expect(await list(provider, { state: { models }, model: 'gone' })).toMatchObject({ models, hasModel: false })
  expect((await list(provider, { state: { models }, model: 'other', key: 'sk-fake\n' })).hasModel).toBe(true)
  const denied = await list(provider, { key: 'sk-wrong' }).catch((thrown: unknown) => thrown)
  expect(denied).toMatchObject({ code: 'endpoint-denied' })
  expect(String(denied)).not.toContain('sk-wrong')
})

test('a model may be listed under a longer name', async () => {
  const models = ['claude-haiku-4-5-20251001', 'qwen3-vl:latest', 'gemini-2.5-flash']
  const has = async (model: string): Promise<boolean> => (await list('openai', { state: { models }, model })).hasModel
  for (const model of ['claude-haiku-4-5', 'qwen3-vl', 'models/gemini-2.5-flash']) expect(await has(model)).toBe(true)
  for (const model of ['claude-haiku-4', 'qwen3', 'gemini-2.5', 'gpt-4o']) expect(await has(model)).toBe(false)
})

test('what is no list of models, and nobody at all, are told apart', async () => {
  await expect(list('openai', { path: '/nowhere' })).rejects.toMatchObject({ code: 'endpoint-failed' })
  const { connection, close } = await openFake('openai')
  await close()
  await expect(listModels(connection, options)).rejects.toMatchObject({ code: 'endpoint-unreachable' })
  const fetch = () => Promise.resolve(new Response('<html>Sign in</html>'))
  const signIn = expect.stringContaining('its list of models cannot be read') as string
  await expect(listModels(connection, { ...options, fetch })).rejects.toMatchObject({ problem: signIn })
})

test.each(providerNames)('%s is asked for the colour of a red square', async (provider) => {
  const seen: Seen[] = []
  const health = await ask(provider, { answer: (shown) => (seen.push(shown), '{"colour":"red"}') })
  const givesLogprobs = provider === 'openai' || provider === 'openai-compatible'
  expect(health).toMatchObject({ sees: true, followsSchema: true, givesLogprobs, usage: { output: 4 } })
  expect(health.ms).toBeGreaterThan(0)
  const { dominant } = await sharp(seen[0]!.pictures[0]!).stats()
  expect(dominant.r - dominant.g - dominant.b).toBeGreaterThan(200)
})

test('a model that keeps to no schema, or is blind, is found out', async () => {
  expect(await ask('openai-compatible', { answer: () => 'It is Red.' })).toMatchObject({
    sees: true,
    followsSchema: false,
  })
  expect(await ask('google', { answer: () => '{"colour":"blue"}' })).toMatchObject({
    sees: false,
    followsSchema: true,
  })
  const refuses = openAiError(400, 'This model takes no pictures.')
  await expect(ask('openai', { answer: () => refuses })).rejects.toMatchObject({ code: 'message-rejected' })
})
