import { Hono } from 'hono'
import { z } from 'zod'
import { complaint, countTokens, type FakeReply, type FakeState, logged, type Seen, send } from './fake.ts'

const part = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({
    inlineData: z.strictObject({ mimeType: z.enum(['image/jpeg', 'image/png', 'image/webp']), data: z.base64() }),
  }),
])

/** The body of `POST /v1beta/models/X:generateContent`, and the `request` of a batch's line. @see https://ai.google.dev/api/generate-content */
const generateRequest = z.strictObject({
  contents: z.array(z.strictObject({ role: z.enum(['user', 'model']).optional(), parts: z.array(part).min(1) })).min(1),
  systemInstruction: z.strictObject({ parts: z.array(part) }).optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(2).optional(),
      responseMimeType: z.enum(['text/plain', 'application/json', 'text/x.enum']).optional(),
      responseJsonSchema: z.looseObject({ type: z.literal('object') }).optional(),
      thinkingConfig: z
        .strictObject({ thinkingBudget: z.int().optional(), thinkingLevel: z.string().optional() })
        .optional(),
    })
    .refine((config) => !config.responseJsonSchema || config.responseMimeType === 'application/json', {
      message: 'response_json_schema is only allowed with response_mime_type application/json',
    })
    .optional(),
})

type GenerateRequest = z.infer<typeof generateRequest>

/** A Gemini API that generates content and lists its models. */
export function makeGoogleApp(state: FakeState): Hono {
  const app = new Hono()
  app.use('*', async (c, next) => {
    if (state.apiKey === null || c.req.header('x-goog-api-key') === state.apiKey) return next()
    await logged(state, c)
    const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }
    const said = 'API key not valid. Please pass a valid API key.'
    return send(state, googleError(400, 'INVALID_ARGUMENT', said, [info]))
  })
  app.get('/v1beta/models', async (c) => {
    await logged(state, c)
    const models = state.models.map((id) => ({
      name: `models/${id}`,
      displayName: id,
      supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
    }))
    return send(state, { status: 200, body: { models } })
  })
  app.post('/v1beta/models/:call{[^/]+:generateContent}', async (c) => {
    const model = c.req.param('call').replace(/:generateContent$/, '')
    return send(state, answerGoogle(state, model, await logged(state, c)))
  })
  return app
}

/** What is said to one body. */
export function answerGoogle(state: FakeState, model: string, body: unknown): FakeReply {
  const { data: request, error } = generateRequest.safeParse(body)
  if (!request) return googleError(400, 'INVALID_ARGUMENT', complaint(error))
  if (!state.models.includes(model)) {
    return googleError(404, 'NOT_FOUND', `models/${model} is not found for API version v1beta.`)
  }
  const seen = seenBy(model, request)
  const said = state.answer(seen)
  if (typeof said !== 'string') return said
  // Unlike with Anthropic, what was read before is among the prompt's tokens.
  const prompt = state.cachedTokens + countTokens(seen.text, seen.pictures)
  const written = countTokens(said)
  return {
    status: 200,
    body: {
      candidates: [{ content: { role: 'model', parts: [{ text: said }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: prompt,
        ...(state.cachedTokens && { cachedContentTokenCount: state.cachedTokens }),
        candidatesTokenCount: written,
        totalTokenCount: prompt + written,
      },
      modelVersion: model,
      responseId: 'response-1',
    },
  }
}

export function googleError(status: number, name: string, said: string, details: readonly object[] = []): FakeReply {
  return { status, body: { error: { code: status, message: said, status: name, ...(details.length && { details }) } } }
}

function seenBy(model: string, { contents, systemInstruction, generationConfig }: GenerateRequest): Seen {
  const parts = [...(systemInstruction ? [systemInstruction] : []), ...contents].flatMap((turn) => turn.parts)
  return {
    model,
    text: parts.flatMap((each) => ('text' in each ? [each.text] : [])).join('\n'),
    pictures: parts.flatMap((each) => ('inlineData' in each ? [Buffer.from(each.inlineData.data, 'base64')] : [])),
    schema: generationConfig?.responseJsonSchema ?? null,
  }
}
