import type { JSONSchema7 } from '@ai-sdk/provider'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import { type ChatOptions, openChat } from '../../src/annotators/vlm/wire/chat.ts'
import type { Connection, ProviderName } from '../../src/annotators/vlm/wire/provider.ts'
import type { Exchange } from '../../src/annotators/vlm/exchange.ts'
import type { Call } from '../../src/annotators/vlm/transport.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { FakeState } from './fake.ts'
import { openFake } from './open-fake.ts'

export const clock: Clock = { now: () => performance.now() }
export const picture: Buffer = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'green' } })
  .jpeg()
  .toBuffer()
export const schema: JSONSchema7 = {
  type: 'object',
  properties: { label: { type: 'string', enum: ['bee', 'moth'] } },
  required: ['label'],
  additionalProperties: false,
}
/** Is this a bee or a moth? */
export const question: Call = {
  prompt: [
    {
      role: 'user',
      content: [
        { type: 'file', mediaType: 'image/jpeg', data: { type: 'data', data: picture } },
        { type: 'text', text: 'Bee or moth?' },
      ],
    },
  ],
  responseFormat: { type: 'json', schema },
  maxOutputTokens: 50,
  temperature: 0,
  logprobs: false,
}
export const bee: string = '{"label":"bee"}'

interface Asked {
  readonly call?: Partial<Call>
  readonly model?: string
  readonly options?: Partial<ChatOptions>
}

/** A chat with a fake provider. */
export interface Conversation {
  readonly state: FakeState
  readonly connection: Connection
  /** Puts the question, changed as told. */
  readonly ask: (asked?: Asked) => Promise<Exchange>
  /** What the provider received. */
  readonly bodies: () => Record<string, unknown>[]
}

/** Opens a fake until the end of the test. */
export async function converse(provider: ProviderName, behaviour: Partial<FakeState>): Promise<Conversation> {
  const { state, connection, close } = await openFake(provider, behaviour)
  onTestFinished(close)
  const chats = new Map<string, ReturnType<typeof openChat>>()
  const ask = ({ call, model = connection.model, options }: Asked = {}): Promise<Exchange> => {
    if (!state.models.includes(model)) state.models = [...state.models, model]
    const chat = chats.get(model) ?? openChat({ ...connection, model }, { timeoutMs: 5000, clock, ...options })
    chats.set(model, chat)
    return chat({ ...question, ...call })
  }
  return { state, connection, ask, bodies: () => state.log.map(({ body }) => body as Record<string, unknown>) }
}
