import { Hono } from 'hono'
import { z } from 'zod'
import { complaint, countTokens, type FakeReply, type FakeState, isClosed, logged, type Seen, send } from './fake.ts'

const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal('image'),
    source: z.strictObject({
      type: z.literal('base64'),
      media_type: z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/gif']),
      data: z.base64(),
    }),
  }),
])
const objectSchema = z.looseObject({ type: z.literal('object') })

/** The body of `POST /v1/messages`, and the `params` of a batch's request. @see https://docs.anthropic.com/en/api/messages */
const messagesRequest = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0).max(1).optional(),
  system: z.union([z.string(), z.array(part)]).optional(),
  messages: z
    .array(
      z.strictObject({ role: z.enum(['user', 'assistant']), content: z.union([z.string(), z.array(part).min(1)]) }),
    )
    .min(1),
  thinking: z.strictObject({ type: z.literal('disabled') }).optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high']).optional(),
      format: z.strictObject({ type: z.literal('json_schema'), schema: objectSchema }).optional(),
    })
    .optional(),
  tools: z
    .array(z.strictObject({ name: z.string(), description: z.string().optional(), input_schema: objectSchema }))
    .optional(),
  tool_choice: z
    .strictObject({ type: z.enum(['auto', 'any']), disable_parallel_tool_use: z.boolean().optional() })
    .optional(),
})

type MessagesRequest = z.infer<typeof messagesRequest>

/** An Anthropic that speaks Messages and lists its models. */
export function makeAnthropicApp(state: FakeState): Hono {
  const app = new Hono()
  app.use('/v1/*', async (c, next) => {
    const known = state.apiKey === null || c.req.header('x-api-key') === state.apiKey
    if (known && c.req.header('anthropic-version') === '2023-06-01') return next()
    await logged(state, c)
    const refusal = known
      ? anthropicError(400, 'invalid_request_error', 'anthropic-version: header is required')
      : anthropicError(401, 'authentication_error', 'invalid x-api-key')
    return send(state, refusal)
  })
  app.get('/v1/models', async (c) => {
    await logged(state, c)
    const data = state.models.map((id) => ({ type: 'model', id, display_name: id, created_at: '2025-01-01T00:00:00Z' }))
    const body = { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
    return send(state, { status: 200, body })
  })
  app.post('/v1/messages', async (c) => send(state, answerAnthropic(state, await logged(state, c))))
  return app
}

/** What is said to one body. */
export function answerAnthropic(state: FakeState, body: unknown): FakeReply {
  const { data: request, error } = messagesRequest.safeParse(body)
  if (!request) return anthropicError(400, 'invalid_request_error', complaint(error))
  const format = request.output_config?.format
  if (format && !isClosed(format.schema, false)) {
    const said =
      "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
    return anthropicError(400, 'invalid_request_error', said)
  }
  if (!state.models.includes(request.model)) return anthropicError(404, 'not_found_error', `model: ${request.model}`)
  const tool = request.tool_choice?.type === 'any' ? request.tools?.[0] : undefined
  const seen = seenBy(request, format?.schema ?? tool?.input_schema ?? null)
  const said = state.answer(seen)
  if (typeof said !== 'string') return said
  const content = tool
    ? { type: 'tool_use', id: 'toolu_1', name: tool.name, input: JSON.parse(said) as unknown }
    : { type: 'text', text: said }
  return {
    status: 200,
    body: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: request.model,
      content: [content],
      stop_reason: tool ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage: {
        // Unlike with the other providers, what was read before is not among them.
        input_tokens: countTokens(seen.text, seen.pictures),
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: state.cachedTokens,
        output_tokens: countTokens(said),
        service_tier: 'standard',
      },
    },
  }
}

export function anthropicError(status: number, type: string, said: string): FakeReply {
  return { status, body: { type: 'error', error: { type, message: said }, request_id: 'req_1' } }
}

function seenBy({ model, system, messages }: MessagesRequest, schema: unknown): Seen {
  const parts = [{ content: system ?? [] }, ...messages].flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  )
  return {
    model,
    text: parts.flatMap((each) => (each.type === 'text' ? [each.text] : [])).join('\n'),
    pictures: parts.flatMap((each) => (each.type === 'image' ? [Buffer.from(each.source.data, 'base64')] : [])),
    schema,
  }
}
