import { z } from 'zod'

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
])

const tokens = z.int().min(1).nullish()

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() })).min(1),
  response_format: z
    .union([
      z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: z.unknown() }) }),
      z.object({ type: z.enum(['text', 'json_object']) }),
    ])
    .optional(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  stream: z.literal(false, 'this model does not stream').nullish(),
  n: z.literal(1, 'this model gives one choice').nullish(),
})

const mostPictures = 16

/** A request for a chat completion. */
export interface ChatRequest {
  readonly model: string
  /** The text of all messages. */
  readonly text: string
  /** The text of the user's last message: what is asked now, after the examples. */
  readonly question: string
  /** The encoded pictures, 16 at most; the last one is asked about. */
  readonly pictures: readonly Uint8Array[]
  /** The JSON schema that the reply is asked to follow; null where there is none. */
  readonly schema: unknown
  /** 0: the likeliest reply; up to 2. */
  readonly temperature: number
  /** The longest reply; null: any length. */
  readonly maxTokens: number | null
  /** How many alternatives to each token are to be told; null where no log-probabilities are wanted. */
  readonly topLogprobs: number | null
}

type Part = z.infer<typeof part>

/** Reads the body of `POST /v1/chat/completions`; what is wrong with it comes back as a text. */
export function parseChatRequest(body: unknown): ChatRequest | { readonly wrong: string } {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) return { wrong: z.prettifyError(parsed.error) }
  const { data } = parsed
  const turns = data.messages.map(({ role, content }) => ({ role, parts: partsOf(content ?? '') }))
  const urls = turns.flatMap(({ parts }) => parts.flatMap((one) => (one.type === 'image_url' ? one.image_url.url : [])))
  if (urls.length > mostPictures) {
    return { wrong: `The messages hold ${urls.length} pictures. Show this model ${mostPictures} at most.` }
  }
  const pictures = urls.map((url) => /^data:image\/[\w.+-]+;base64,(.+)$/s.exec(url)?.[1])
  if (pictures.includes(undefined)) {
    return { wrong: 'A picture is no base64 data URI, and this model fetches nothing.' }
  }
  const format = data.response_format
  return {
    model: data.model,
    text: textOf(turns.flatMap(({ parts }) => parts)),
    question: textOf(turns.findLast(({ role }) => role === 'user')?.parts ?? []),
    pictures: pictures.map((base64) => Buffer.from(base64!, 'base64')),
    schema: format && 'json_schema' in format ? (format.json_schema.schema ?? {}) : null,
    temperature: data.temperature ?? 0,
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? null,
    topLogprobs: data.logprobs ? (data.top_logprobs ?? 0) : null,
  }
}

function partsOf(content: string | readonly Part[]): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function textOf(parts: readonly Part[]): string {
  return parts.flatMap((one) => (one.type === 'text' ? [one.text] : [])).join('\n')
}
