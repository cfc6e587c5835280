import { z } from 'zod'

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
])

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]) })).min(1),
  response_format: z
    .union([
      z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: z.unknown() }) }),
      z.object({ type: z.enum(['text', 'json_object']) }),
    ])
    .optional(),
  stream: z.literal(false, 'this model does not stream').nullish(),
  n: z.literal(1, 'this model gives one choice').nullish(),
})

/** A request for a chat completion that shows one picture. */
export interface ChatRequest {
  readonly model: string
  /** The text of all messages. */
  readonly text: string
  /** The encoded picture. */
  readonly picture: Uint8Array
  /** The JSON schema that the reply is asked to follow; null where plain text is asked. */
  readonly schema: unknown
}

/** Reads the body of `POST /v1/chat/completions`; what is wrong with it comes back as a text. */
export function parseChatRequest(body: unknown): ChatRequest | { readonly wrong: string } {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) return { wrong: z.prettifyError(parsed.error) }
  const { model, messages, response_format: format } = parsed.data
  const parts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  )
  const urls = parts.flatMap((piece) => (piece.type === 'image_url' ? [piece.image_url.url] : []))
  if (urls.length !== 1) return { wrong: `The messages hold ${urls.length} pictures. Show this model exactly one.` }
  const base64 = /^data:image\/[\w.+-]+;base64,(.+)$/s.exec(urls[0]!)?.[1]
  if (base64 === undefined) return { wrong: 'The picture is no base64 data URI, and this model fetches nothing.' }
  return {
    model,
    text: parts.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('\n'),
    picture: Buffer.from(base64, 'base64'),
    schema: format && 'json_schema' in format ? (format.json_schema.schema ?? {}) : null,
  }
}
