import { Hono } from 'hono'
import { z } from 'zod'
import { complaint, countTokens, type FakeReply, type FakeState, isClosed, logged, type Seen, send } from './fake.ts'

const text = z.strictObject({ type: z.literal('text'), text: z.string() })
const picture = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^data:image\/(jpeg|png|webp);base64,/),
    detail: z.enum(['low', 'high', 'auto']).optional(),
  }),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'assistant']), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.union([z.string(), z.array(z.union([text, picture])).min(1)]) }),
])
const schemaFormat = z.strictObject({
  type: z.literal('json_schema'),
  json_schema: z.strictObject({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().optional(),
    strict: z.boolean().optional(),
    schema: z.looseObject({ type: z.literal('object') }),
  }),
})

/** The body of `POST /v1/chat/completions`, and of a line of a batch. @see https://platform.openai.com/docs/api-reference/chat/create */
const chatRequest = z
  .strictObject({
    model: z.string(),
    messages: z.array(message).min(1),
    temperature: z.number().min(0).max(2).optional(),
    max_tokens: z.int().min(1).optional(),
    max_completion_tokens: z.int().min(1).optional(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    logprobs: z.boolean().optional(),
    top_logprobs: z.int().min(0).max(20).optional(),
    response_format: z.union([schemaFormat, z.strictObject({ type: z.literal('json_object') })]).optional(),
  })
  .refine(({ logprobs, top_logprobs }) => top_logprobs === undefined || logprobs === true, {
    path: ['top_logprobs'],
    message: 'top_logprobs is only allowed when logprobs is enabled',
  })

type ChatRequest = z.infer<typeof chatRequest>

/** An OpenAI that speaks Chat Completions and lists its models; without a key, any compatible server. */
export function makeOpenAiApp(state: FakeState): Hono {
  const app = new Hono()
  app.use('/v1/*', async (c, next) => {
    if (state.apiKey === null || c.req.header('authorization') === `Bearer ${state.apiKey}`) return next()
    await logged(state, c)
    const said = `Incorrect API key provided: ${c.req.header('authorization')?.slice(7) ?? ''}.`
    return send(state, openAiError(401, said, { code: 'invalid_api_key' }))
  })
  app.get('/v1/models', async (c) => {
    await logged(state, c)
    const data = state.models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'fake' }))
    return send(state, { status: 200, body: { object: 'list', data } })
  })
  app.post('/v1/chat/completions', async (c) => send(state, answerOpenAi(state, await logged(state, c))))
  return app
}

/** What is said to one body. */
export function answerOpenAi(state: FakeState, body: unknown): FakeReply {
  const { data: request, error } = chatRequest.safeParse(body)
  if (!request) return openAiError(400, complaint(error), { param: error.issues[0]?.path.join('.') ?? null })
  const format = request.response_format
  const schema = format?.type === 'json_schema' ? format.json_schema : null
  if (schema?.strict && !isClosed(schema.schema, true)) {
    const said = `Invalid schema for response_format '${schema.name}': 'required' is required to include every key in properties, and 'additionalProperties' to be false.`
    return openAiError(400, said, { param: 'response_format' })
  }
  if (!state.models.includes(request.model)) {
    return openAiError(404, `The model '${request.model}' does not exist.`, { code: 'model_not_found' })
  }
  const seen = seenBy(request, schema?.schema ?? null)
  const said = state.answer(seen)
  return typeof said === 'string' ? openAiReply(said, { request, seen, cached: state.cachedTokens }) : said
}

export function openAiError(
  status: number,
  said: string,
  about: { type?: string; param?: string | null; code?: string | null } = {},
): FakeReply {
  return {
    status,
    body: { error: { message: said, type: 'invalid_request_error', param: null, code: null, ...about } },
  }
}

function openAiReply(
  said: string,
  { request, seen, cached }: { request: ChatRequest; seen: Seen; cached: number },
): FakeReply {
  const prompt = cached + countTokens(seen.text, seen.pictures)
  const completion = countTokens(said)
  const choice = {
    index: 0,
    message: { role: 'assistant', content: said, refusal: null, annotations: [] },
    logprobs: request.logprobs ? { content: logprobsOf(said, request.top_logprobs ?? 0), refusal: null } : null,
    finish_reason: 'stop',
  }
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
  return {
    status: 200,
    body: { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: request.model, choices: [choice], usage },
  }
}

/** Every word is a token that the model is 90 % sure of; for the rest it would have said `no`. */
function logprobsOf(said: string, top: number): unknown[] {
  return (said.match(/\s*\S+/g) ?? []).map((token) => {
    const likeliest = [token, 'no'].map((each, at) => ({
      token: each,
      logprob: Math.log(at ? 0.1 : 0.9),
      bytes: [...Buffer.from(each)],
    }))
    return { ...likeliest[0], top_logprobs: likeliest.slice(0, top) }
  })
}

function seenBy({ model, messages }: ChatRequest, schema: unknown): Seen {
  const parts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  )
  return {
    model,
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    pictures: parts.flatMap((part) =>
      part.type === 'image_url' ? [Buffer.from(part.image_url.url.split(',')[1]!, 'base64')] : [],
    ),
    schema,
  }
}
