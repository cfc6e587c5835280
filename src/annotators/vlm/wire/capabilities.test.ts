import { expect, test } from 'vitest'
import { anthropicError } from '../../../../test/fakes/anthropic.ts'
import { bee, converse } from '../../../../test/fakes/converse.ts'
import type { FakeReply } from '../../../../test/fakes/fake.ts'
import { googleError } from '../../../../test/fakes/google.ts'
import { openAiError } from '../../../../test/fakes/openai.ts'
import type { ProviderName } from './provider.ts'

/** The words in which servers refuse a feature, and what they find in the body. */
const refusals: [ProviderName, string, FakeReply, (body: Record<string, unknown>) => unknown][] = [
  [
    'openai-compatible',
    'a schema',
    openAiError(400, 'response_format of type json_schema is not supported'),
    (body) => body['response_format'],
  ],
  [
    'openai-compatible',
    'guided decoding',
    { status: 422, body: { detail: [{ msg: 'guided_json: not compiled in' }] } },
    (body) => body['response_format'],
  ],
  [
    'openai-compatible',
    'log-probabilities',
    openAiError(400, 'top_logprobs is not supported'),
    (body) => body['logprobs'],
  ],
  [
    'openai',
    'a temperature',
    openAiError(400, "Unsupported value: 'temperature' does not support 0 with this model.", { param: 'temperature' }),
    (body) => body['temperature'],
  ],
  [
    'openai',
    'max_tokens',
    openAiError(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
    (body) => body['max_tokens'],
  ],
  [
    'anthropic',
    'a schema',
    anthropicError(400, 'invalid_request_error', 'output_config.format: not supported by this model'),
    (body) => body['output_config'],
  ],
  [
    'google',
    'a schema',
    googleError(400, 'INVALID_ARGUMENT', 'JSON mode is not enabled for this model.'),
    (body) => (body['generationConfig'] as { responseMimeType?: string }).responseMimeType,
  ],
  [
    'anthropic',
    'the form of the reply',
    anthropicError(400, 'invalid_request_error', "'claude-haiku-4-5' does not support output format."),
    (body) => body['output_config'],
  ],
  [
    'google',
    'a schema that is too large',
    googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
    (body) => (body['generationConfig'] as { responseJsonSchema?: unknown }).responseJsonSchema,
  ],
  [
    'google',
    'thinking',
    googleError(400, 'INVALID_ARGUMENT', 'Thinking is not supported by this model.'),
    (body) => (body['generationConfig'] as { thinkingConfig?: unknown }).thinkingConfig,
  ],
]

test.each(refusals)('where %s refuses %s, it is left away, and not sent again', async (provider, _, refusal, part) => {
  const fake = await converse(provider, {})
  fake.state.answer = () => (part(fake.bodies().at(-1)!) === undefined ? bee : refusal)
  const call = { logprobs: true }
  expect((await fake.ask({ call })).text).toBe(bee)
  expect((await fake.ask({ call })).text).toBe(bee)
  expect(fake.bodies().map((body) => part(body) !== undefined)).toEqual([true, false, false])
})

test('what OpenAI takes in place of max_tokens has the same limit', async () => {
  const fake = await converse('openai-compatible', {})
  const refusal = openAiError(400, "Use 'max_completion_tokens' instead.")
  fake.state.answer = () => ('max_tokens' in fake.bodies().at(-1)! ? refusal : bee)
  await fake.ask()
  expect(fake.bodies()[1]).toMatchObject({ max_completion_tokens: 50 })
})

test('a refusal that stays whatever is left away teaches nothing', async () => {
  const fake = await converse('openai-compatible', { answer: () => openAiError(400, 'bad schema, bad temperature') })
  await expect(fake.ask()).rejects.toThrow('bad schema')
  fake.state.answer = () => bee
  await fake.ask()
  expect(fake.bodies().at(-1)).toMatchObject({ temperature: 0, response_format: { type: 'json_schema' } })
})
