import type { JsonSchema } from '../asking/prompt.ts'
import type { Exchange } from '../exchange.ts'
import type { Call } from '../transport.ts'
import type { BatchResult, Message } from './batch-provider.ts'
import type { Form } from './batch-record.ts'

/** A chat with the model that goes through the given `fetch`: one request, no retries. It throws what the SDK throws. */
export type ChatThrough = (fetch: typeof globalThis.fetch) => (call: Call) => Promise<Exchange>

/** What the SDK would send, without sending it: so the wire format is the SDK's in a batch, too. */
export async function composeMessage(call: Call, chatThrough: ChatThrough): Promise<Message> {
  let message: Message | undefined
  const chat = chatThrough(async (url, init) => {
    const { headers, body } = init ?? {}
    message = { url: url as string, body: body as string, beta: new Headers(headers).get('anthropic-beta') }
    throw new Error('not to be sent')
  })
  await chat(call).catch((thrown: unknown) => {
    if (!message) throw thrown
  })
  return message!
}

/**
 * Reads a reply as if it had just come. `seconds` is 0: how long one message of a batch took is not known.
 *
 * @throws What the SDK throws at this status and body.
 */
export async function readReply(form: Form, result: BatchResult, chatThrough: ChatThrough): Promise<Exchange> {
  const response = (): Response => Response.json(result.body, { status: result.status, statusText: 'in a batch' })
  const exchange = await chatThrough(() => Promise.resolve(response()))(callOf(form))
  return { ...exchange, seconds: 0 }
}

export function formOf({ responseFormat, logprobs }: Call): Form {
  return { json: responseFormat?.type === 'json' && responseFormat.schema !== undefined, logprobs }
}

const anySchema: JsonSchema = { type: 'object', properties: {}, additionalProperties: false }

/** The SDK looks at the form of what was asked when it reads the reply, never at the words and pictures. */
function callOf({ json, logprobs }: Form): Call {
  return {
    prompt: [{ role: 'user', content: [{ type: 'text', text: '-' }] }],
    maxOutputTokens: 1,
    logprobs,
    ...(json && { responseFormat: { type: 'json', schema: anySchema } }),
  }
}
