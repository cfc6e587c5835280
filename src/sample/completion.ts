import { makeRng } from '../core/rng.ts'
import { messageOf } from '../core/error.ts'
import { whatIsAsked } from './asked.ts'
import { type ChatRequest, parseChatRequest } from './chat-request.ts'
import { demoReply } from './demo-reply.ts'
import type { Faults, SpokenFault } from './faults.ts'
import type { Glance, GlanceModel } from './glance-model.ts'
import { logprobsOf, type Piece, textOf } from './reply-pieces.ts'
import { spoil } from './spoken-faults.ts'

/** The one model of the demo VLM. */
export const modelName = 'meadow-glance'

/** A body in the shape of OpenAI's chat completions, or what is wrong with the request. */
export type Completion = { readonly json: string } | { readonly wrong: string }

/** A request as it came in; `hash` is that of its body. */
interface Incoming {
  readonly id: string
  readonly hash: string
  readonly body: Buffer
}

/** Completes a request, spoiled by a fault or (null) sound. */
type Completer = (incoming: Incoming, fault: SpokenFault | null) => Promise<Completion>

const charactersPerToken = 4

/** Makes the completer of a model. Chance is drawn from the seed and the content of a request, so that equal ones get equal replies. */
export function completer(glance: GlanceModel, seed: number, { aliases }: Faults): Completer {
  return async ({ id, hash, body }, fault) => {
    const request = parseJson(body.toString())
    if (request === undefined) return { wrong: 'The body is no JSON.' }
    const asked = parseChatRequest(request)
    if ('wrong' in asked) return asked
    if (asked.model !== modelName) return { wrong: `There is no model "${asked.model}", only "${modelName}".` }
    const seen = await look(glance, asked).catch((thrown: unknown) => messageOf(thrown))
    if (typeof seen === 'string') return { wrong: `The picture could not be decoded: ${seen}` }

    const rng = makeRng(seed, 'demo vlm sampling', hash)
    const sound = demoReply(whatIsAsked(asked), seen?.probs ?? null, { temperature: asked.temperature, rng })
    const spoiled = fault && spoil(textOf(sound), fault, { sign: seen?.sign ?? null, aliases })
    const pieces = spoiled === null || spoiled === textOf(sound) ? sound : [spoiled]
    // Earlier pictures are counted as if they were as large as the last.
    const area = (seen?.area ?? 0) * asked.pictures.length
    return { json: JSON.stringify(envelope(id, asked, { pieces, area, fault })) }
  }
}

async function look(glance: GlanceModel, { pictures }: ChatRequest): Promise<Glance | null> {
  const last = pictures.at(-1)
  return last ? glance(last) : null
}

interface Said {
  readonly pieces: readonly Piece[]
  readonly area: number
  readonly fault: SpokenFault | null
}

function envelope(id: string, { text, maxTokens, topLogprobs }: ChatRequest, { pieces, area, fault }: Said): object {
  const whole = textOf(pieces)
  const content = maxTokens === null ? whole : whole.slice(0, charactersPerToken * maxTokens)
  // A model that repeats itself would never have stopped.
  const cutOff = content.length < whole.length || fault === 'endless'
  return {
    id,
    object: 'chat.completion',
    // The lower floors have no clock, and so equal requests in equal order get equal replies.
    created: 0,
    model: modelName,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content },
        finish_reason: cutOff ? 'length' : 'stop',
        logprobs: topLogprobs === null ? null : logprobsOf(pieces, content.length, topLogprobs),
      },
    ],
    ...(fault !== 'no-usage' && { usage: usageOf(text, area, content) }),
  }
}

/** What was read and written, in tokens; a picture is one per patch of 28 x 28 pixels. */
function usageOf(text: string, area: number, reply: string): object {
  const prompt = Math.ceil(text.length / charactersPerToken) + Math.ceil(area / 784)
  const completion = Math.ceil(reply.length / charactersPerToken)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
