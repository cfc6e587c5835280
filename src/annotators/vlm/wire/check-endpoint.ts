import sharp from 'sharp'
import type { Usage } from '../exchange.ts'
import type { Call } from '../transport.ts'
import { openChat } from './chat.ts'
import { endpointError, judgeFailure } from './endpoint-failure.ts'
import type { CheckOptions } from './list-models.ts'
import type { Connection } from './provider.ts'

/** How a model did with one question about a picture. */
export interface Health {
  /** It said that the red square is red. */
  readonly sees: boolean
  /** It kept to the JSON schema, which the wording does not mention. */
  readonly followsSchema: boolean
  readonly givesLogprobs: boolean
  /** Its words, without the key. */
  readonly said: string
  readonly finishReason: string
  readonly usage: Usage | null
  readonly ms: number
}

const colours = ['red', 'green', 'blue']

/**
 * Puts one question to a model: the colour of a small red square. Costs a few hundred tokens at most.
 *
 * @throws {@link LabelwrightError} `endpoint-unreachable`, `endpoint-denied`, `message-rejected` or `endpoint-failed`.
 */
export async function checkEndpoint(connection: Connection, options: CheckOptions): Promise<Health> {
  const { endpoint } = connection
  try {
    const { text, finishReason, usage, seconds, logprobs } = await openChat(connection, options)(await colourQuestion())
    return {
      sees: /\bred\b/i.test(text),
      followsSchema: colourIn(text) !== null,
      givesLogprobs: logprobs !== undefined,
      said: endpoint.redact(text),
      finishReason,
      usage,
      ms: seconds * 1000,
    }
  } catch (thrown) {
    throw endpointError(judgeFailure(thrown, endpoint, options.clock.now()), endpoint)
  }
}

async function colourQuestion(): Promise<Call> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
  const text = `Which colour has this picture: ${colours.join(', ')}?`
  return {
    prompt: [
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'image/jpeg', data: { type: 'data', data: await picture.jpeg().toBuffer() } },
          { type: 'text', text },
        ],
      },
    ],
    responseFormat: {
      type: 'json',
      schema: {
        type: 'object',
        properties: { colour: { type: 'string', enum: colours } },
        required: ['colour'],
        additionalProperties: false,
      },
    },
    maxOutputTokens: 256,
    temperature: 0,
    logprobs: true,
  }
}

function colourIn(text: string): string | null {
  try {
    const { colour } = JSON.parse(text) as { colour?: unknown }
    return colours.find((each) => each === colour) ?? null
  } catch {
    return null
  }
}
