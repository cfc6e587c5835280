import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { bee, clock, converse, picture, question, schema } from '../../../../test/fakes/converse.ts'
import type { FakeReply, Seen } from '../../../../test/fakes/fake.ts'
import { openAiError } from '../../../../test/fakes/openai.ts'
import { openChat } from './chat.ts'
import { judgeFailure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'
import { providerNames, type Connection, type ProviderName } from './provider.ts'

// 12 letters at 4 a token and a picture of 100; 15 letters of the reply.
const counted = { input: 103, output: 4 }

test.each(providerNames)(
  '%s is shown the picture, told the form of the reply, and counts its tokens',
  async (provider) => {
    const seen: Seen[] = []
    const { ask, connection } = await converse(provider, {
      cachedTokens: 7,
      answer: (shown) => (seen.push(shown), bee),
    })
    const { seconds, ...exchange } = await ask()
    expect(exchange).toEqual({
      text: bee,
      finishReason: 'stop',
      usage: { ...counted, input: counted.input + 7, cachedInput: 7 },
    })
    expect(seconds).toBeGreaterThan(0)
    expect(seen).toEqual([{ model: connection.model, text: 'Bee or moth?', pictures: [picture], schema }])
  },
)

test.each(providerNames)(
  '%s is given one idempotency key for equal messages, and another where a feature is left away',
  async (provider) => {
    const { ask, state } = await converse(provider, { answer: () => bee })
    const call = { idempotencyKey: 'abc' }
    for (const schemaOrNot of [{}, {}, { responseFormat: { type: 'text' } } as const]) {
      await ask({ call: { ...call, ...schemaOrNot } })
    }
    const [first, again, other] = state.log.map(({ headers }) => headers.get('idempotency-key'))
    expect(first).toMatch(/^abc-/)
    expect(again).toBe(first)
    expect(other).toMatch(/^abc-/)
    expect(other).not.toBe(first)
  },
)

test('each provider gets the body that it documents', async () => {
  const sent = async (provider: ProviderName): Promise<Record<string, unknown>> => {
    const { ask, bodies } = await converse(provider, { answer: () => bee })
    await ask()
    return bodies()[0]!
  }
  const data = picture.toString('base64')
  const text = 'Bee or moth?'
  const openAi = {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${data}` } },
          { type: 'text', text },
        ],
      },
    ],
    max_tokens: 50,
    temperature: 0,
    response_format: { type: 'json_schema', json_schema: { name: 'response', strict: true, schema } },
  }
  expect(await sent('openai')).toEqual({ model: 'gpt-4o', ...openAi })
  expect(await sent('openai-compatible')).toEqual({ model: 'Qwen/Qwen3-VL-8B-Instruct', ...openAi })
  expect(await sent('anthropic')).toEqual({
    model: 'claude-haiku-4-5',
    max_tokens: 50,
    temperature: 0,
    thinking: { type: 'disabled' },
    output_config: { format: { type: 'json_schema', schema } },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data } },
          { type: 'text', text },
        ],
      },
    ],
  })
  expect(await sent('google')).toEqual({
    contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/jpeg', data } }, { text }] }],
    generationConfig: {
      maxOutputTokens: 50,
      temperature: 0,
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
      thinkingConfig: { thinkingBudget: 0 },
    },
  })
})

test('an older Claude is made to fill in a form, and its reply is the form', async () => {
  const { ask, bodies } = await converse('anthropic', { answer: () => bee })
  expect(await ask({ model: 'claude-3-haiku-20240307' })).toMatchObject({ text: bee, finishReason: 'stop' })
  expect(bodies()[0]).toMatchObject({ tools: [{ name: 'json', input_schema: schema }], tool_choice: { type: 'any' } })
})

test('models of OpenAI that think are told not to, and not told how random to be', async () => {
  const { ask, bodies } = await converse('openai', { answer: () => bee })
  await ask({ model: 'gpt-5-mini' })
  expect(bodies()[0]).toMatchObject({ max_completion_tokens: 50, reasoning_effort: 'minimal' })
  expect(Object.keys(bodies()[0]!)).not.toContain('temperature')
})

test.each(['openai', 'openai-compatible'] as const)('%s gives log-probabilities when asked', async (provider) => {
  const { ask, bodies } = await converse(provider, { answer: () => 'yes it is' })
  const top = (token: string) => [
    { token, logprob: Math.log(0.9) },
    { token: 'no', logprob: Math.log(0.1) },
  ]
  expect((await ask({ call: { logprobs: true } })).logprobs).toEqual(
    ['yes', ' it', ' is'].map((token) => ({ token, logprob: Math.log(0.9), top: top(token) })),
  )
  expect(bodies()[0]).toMatchObject({ logprobs: true, top_logprobs: 20 })
  expect(await ask()).not.toHaveProperty('logprobs')
})

test.each(['anthropic', 'google'] as const)(
  '%s has no log-probabilities, and is not asked for them',
  async (provider) => {
    const { ask } = await converse(provider, { answer: () => bee })
    expect(await ask({ call: { logprobs: true } })).not.toHaveProperty('logprobs')
  },
)

const completion = (message: object, finish_reason: string): FakeReply => ({
  status: 200,
  body: {
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
    usage: { prompt_tokens: 9, completion_tokens: 2 },
  },
})
const claudeSays = (stop_reason: string): FakeReply => ({
  status: 200,
  body: { type: 'message', id: 'm', content: [], stop_reason, usage: { input_tokens: 9, output_tokens: 2 } },
})
const geminiSays = (body: object): FakeReply => ({
  status: 200,
  body: { ...body, usageMetadata: { promptTokenCount: 9 } },
})

test.each<[ProviderName, string, FakeReply]>([
  ['openai', 'a refusal in its own field', completion({ refusal: 'I cannot help with that.' }, 'stop')],
  ['openai', 'an output that was filtered', completion({ content: '' }, 'content_filter')],
  ['openai-compatible', 'a refusal in its own field', completion({ refusal: 'No.' }, 'stop')],
  ['openai-compatible', 'a bad request', openAiError(400, 'The prompt was filtered.', { code: 'content_filter' })],
  [
    'openai-compatible',
    'a moderated request',
    { status: 403, body: { error: { code: 403, message: 'Flagged.', metadata: { flagged_input: 'a' } } } },
  ],
  ['anthropic', 'a stop reason', claudeSays('refusal')],
  ['google', 'an unsafe reply', geminiSays({ candidates: [{ finishReason: 'SAFETY', index: 0 }] })],
  ['google', 'a blocked prompt', geminiSays({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } })],
])('what %s refuses by %s was filtered', async (provider, _, reply) => {
  const { ask } = await converse(provider, { answer: () => reply })
  expect(await ask()).toMatchObject({ finishReason: 'content-filter', usage: { output: expect.any(Number) as number } })
})

test.each<[ProviderName, FakeReply]>([
  ['openai', completion({ content: '{"la' }, 'length')],
  ['anthropic', claudeSays('max_tokens')],
  ['google', geminiSays({ candidates: [{ content: {}, finishReason: 'MAX_TOKENS' }] })],
])('%s says when a reply was cut off', async (provider, reply) => {
  const { ask } = await converse(provider, { answer: () => reply })
  expect((await ask()).finishReason).toBe('length')
})

test.each([
  { prompt_tokens: -5000, completion_tokens: 10 },
  { prompt_tokens: 1e300, completion_tokens: 10 },
  undefined,
])('a count of tokens that cannot be one is no count: %o', async (usage) => {
  const reply = completion({ content: bee }, 'stop')
  const { ask } = await converse('openai-compatible', {
    answer: () => ({ ...reply, body: { ...(reply.body as object), usage } }),
  })
  expect((await ask()).usage).toBe(null)
})

test('what a router says that a call cost is kept', async () => {
  const usage = { prompt_tokens: 9, completion_tokens: 2, cost: 0.00014 }
  const reply = completion({ content: bee }, 'stop')
  const { ask } = await converse('openai-compatible', {
    answer: () => ({ ...reply, body: { ...(reply.body as object), usage } }),
  })
  expect((await ask()).usage).toEqual({ input: 9, output: 2, reportedCost: 0.00014 })
})

test.each([{}, { error: { message: 'try again' } }, { candidates: [] }])(
  'what a gateway says with status 200 in place of Gemini is no reply: %j',
  async (body) => {
    const { ask, connection } = await converse('google', { answer: () => ({ status: 200, body }) })
    const thrown = await ask().catch((error: unknown) => error)
    expect(judgeFailure(thrown, connection.endpoint, 0)).toMatchObject({ kind: 'failed', passing: true, lost: true })
  },
)

test.each([1e300, -1, 'much'])('a cost that cannot be one is no cost: %s', async (cost) => {
  const reply = completion({ content: bee }, 'stop')
  const usage = { prompt_tokens: 9, completion_tokens: 2, cost }
  const { ask } = await converse('openai-compatible', {
    answer: () => ({ ...reply, body: { ...(reply.body as object), usage } }),
  })
  expect((await ask()).usage).toEqual({ input: 9, output: 2 })
})

test('what is left of a limit is passed on with every response, failed ones included', async () => {
  const limits: unknown[] = []
  const headers: Record<string, string> = { 'x-ratelimit-remaining-requests': '59' }
  const { ask } = await converse('openai', { headers, answer: () => openAiError(429, 'slow down') })
  await expect(ask({ options: { onHeaders: (said) => limits.push(said) } })).rejects.toThrow('slow down')
  expect(limits).toEqual([{ remainingRequests: 59, remainingTokens: null }])
})

test('a request whose reply never comes, or is cut, was lost; one that nobody took was not', async () => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/hangs')) return
    if (request.url?.startsWith('/half')) response.writeHead(200, { 'content-length': '100' }).write('{"choices"')
    setTimeout(() => request.socket.destroy(), 10)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = (path: string): Connection['endpoint'] =>
    parseEndpoint(`http://127.0.0.1:${(server.address() as { port: number }).port}${path}`)
  const judged = async (endpoint: Connection['endpoint']) => {
    const chat = openChat({ provider: 'openai-compatible', endpoint, model: 'm' }, { timeoutMs: 200, clock })
    const thrown = await chat(question).catch((error: unknown) => error)
    return judgeFailure(thrown, endpoint, 0)
  }
  expect(await judged(at('/hangs'))).toMatchObject({ kind: 'failed', passing: true, lost: true, status: null })
  expect(await judged(at('/cuts'))).toMatchObject({ kind: 'failed', passing: true, lost: true })
  expect(await judged(at('/half'))).toMatchObject({ kind: 'failed', passing: true, lost: true })
  const gone = at('/gone')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(await judged(gone)).toMatchObject({ kind: 'unreachable', passing: false, lost: false })
})
