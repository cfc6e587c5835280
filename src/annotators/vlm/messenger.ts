import type { Item } from '../../core/item.ts'
import { messagesOf } from './asking/compose.ts'
import type { Prompt } from './asking/prompt.ts'
import { hashOf } from '../../files/content-hash.ts'
import type { ReplyCache } from './cache.ts'
import type { Exchange, Usage } from './exchange.ts'
import { estimateUsage } from './money/estimate.ts'
import { shapeOf } from './money/message-shape.ts'
import { openPicture, type Picture, type PictureOptions } from './picture.ts'
import { isRejection, rejectionOf, unlessRejected } from './rejection.ts'
import { makeSingleFlight } from './traffic/single-flight.ts'
import type { Call, Transport } from './transport.ts'

export interface MessengerOptions {
  readonly model: string
  readonly transport: Transport
  readonly cache: ReplyCache
  readonly temperature: number
  readonly picture: PictureOptions
}

/** What a message is about. */
interface About {
  /** The version of the way in which it is asked. */
  readonly way: string
  readonly item: Item
  readonly sample: number
}

/** Brings a message to a model, unless its reply is at hand already. */
export type Messenger = (message: Prompt, about: About, signal: AbortSignal) => Promise<Exchange>

/**
 * Makes the messenger of one model: equal messages at the same time are one, and every reply is kept under the hash of its message.
 *
 * @throws {@link LabelwrightError} when asked: `message-rejected` where the server takes this message no more than before, `unreadable-picture`,
 *   `file-not-found`, `unreadable-file`, `cannot-write`, and what the transport throws.
 */
export function makeMessenger({ model, transport, cache, temperature, picture }: MessengerOptions): Messenger {
  const inFlight = makeSingleFlight<Exchange>()
  const square = { width: picture.longestSide, height: picture.longestSide }

  return async (message, about, signal) => {
    const pictures = await openPictures([...message.shots.map((shot) => shot.item), about.item], picture)
    const key = keyOf(message, about, { model, temperature, pictures })
    const compose = async (): Promise<Call> => ({
      prompt: await messagesOf(message, about.item, (item) => pictures.get(item) ?? undefined),
      ...(message.schema && { responseFormat: { type: 'json', name: 'answer', schema: message.schema } }),
      maxOutputTokens: message.maxOutputTokens,
      temperature,
      logprobs: message.logprobs,
      idempotencyKey: key,
    })
    const said = await inFlight(key, signal, async (wanted) => {
      const kept = cache.read(key)
      // What was turned down once may be taken now, and costs nothing.
      if (kept && !isRejection(kept)) return kept
      const shape = shapeOf(message, pictures.get(about.item) ? square : null)
      const { input } = estimateUsage({ model, messages: [shape], mostCalls: 1 }).expected
      const tokens: Usage = { input, output: message.maxOutputTokens }
      const reply = await transport({ key, tokens, compose }, wanted).catch(rejectionOf)
      cache.write(key, reply)
      return reply
    })
    return unlessRejected(said)
  }
}

/** The picture of each item, in order; null for texts. */
async function openPictures(items: readonly Item[], options: PictureOptions): Promise<Map<Item, Picture | null>> {
  const pictures = new Map<Item, Picture | null>()
  for (const item of items) {
    pictures.set(item, item.source.kind === 'text' ? null : await openPicture(item.source, options))
  }
  return pictures
}

interface Setting {
  readonly model: string
  readonly temperature: number
  readonly pictures: ReadonlyMap<Item, Picture | null>
}

/** The hash of everything that decides what a model says. Whose the endpoint is, and what the item is called, does not. */
function keyOf(message: Prompt, { way, sample }: About, { model, temperature, pictures }: Setting): string {
  const { text, schema, logprobs, maxOutputTokens } = message
  return hashOf({
    model,
    way,
    text,
    shots: message.shots.map((shot) => ({ shown: shot.text, reply: shot.reply })),
    schema,
    logprobs,
    temperature,
    tokens: maxOutputTokens,
    pictures: [...pictures.values()].map((picture) => picture?.identity ?? null),
    // At temperature 0 a second sample of an equal message would be the first again.
    sample: temperature > 0 ? sample : 0,
  })
}
