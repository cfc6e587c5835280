import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenOnLoopback, readBody, sendJson } from '../src/sample/loopback.ts'
import { makeTally } from '../src/sample/tally.ts'
import { readToyText } from './toy-project.ts'

export interface ToyEndpointOptions {
  /** How long every reply takes. Default 0. */
  readonly latencyMs?: number
  /** The key that requests must bear; all others get HTTP 401, their own key in the message. Default: none. */
  readonly apiKey?: string
  /** What it says about a text; null: it turns the message down with HTTP 400. Default: what {@link readToyText} makes of it, as JSON. */
  readonly say?: (text: string) => string | null
  /** Called with the number of requests so far, when one has come in and is billed. */
  readonly onRequest?: (requests: number, body: string) => void
}

/** A running reader of toy texts, which keeps books as a provider does. */
export interface ToyEndpoint {
  /** The base URL of its API, ending in `/v1`. */
  readonly url: string
  /** When each request came in, in milliseconds. */
  readonly times: readonly number[]
  /** Completions that it billed, whether or not the client lived to hear them: an `Idempotency-Key` and its body are billed once. */
  billed(): number
  /** Bodies that were billed more than once. */
  billedTwice(): number
  /** Requests whose body had come before: what an endpoint that knows no such header would have billed again. */
  repeats(): number
  close(): Promise<void>
}

const mostBytes = 2 ** 20

/** Starts an OpenAI-compatible endpoint on loopback that reads toy texts, not quite without errors. Equal requests get equal replies. */
export async function startToyEndpoint(options: ToyEndpointOptions = {}): Promise<ToyEndpoint> {
  const { latencyMs = 0, apiKey, say = labelAsJson, onRequest } = options
  const tally = makeTally()
  const times: number[] = []
  const kept = new Set<string>()

  const { origin, close } = await listenOnLoopback((request, response) => {
    const answer = async (): Promise<void> => {
      const bytes = await readBody(request, mostBytes)
      const given = request.headers.authorization
      times.push(performance.now())
      if (apiKey !== undefined && given !== `Bearer ${apiKey}`) {
        const error = { message: `Incorrect API key provided: ${given?.slice(7)}.`, type: 'invalid_request_error' }
        return void sendJson(response, 401, JSON.stringify({ error }))
      }
      const body = bytes!.toString()
      const hash = createHash('sha256').update(body).digest('hex')
      const key = request.headers['idempotency-key']
      tally.asked(hash)
      if (key === undefined || !kept.has(`${String(key)} ${hash}`)) tally.paid(hash)
      kept.add(`${String(key)} ${hash}`)
      onRequest?.(times.length, body)
      await sleep(latencyMs)
      const content = say(questionIn(body))
      await sendJson(response, content === null ? 400 : 200, content === null ? refusal : completion(content))
    }
    answer().catch(() => response.destroy())
  }, 0)
  return {
    url: `${origin}/v1`,
    times,
    billed: tally.billed,
    billedTwice: tally.billedTwice,
    repeats: () => [...tally.bodies.values()].reduce((sum, { requests }) => sum + requests - 1, 0),
    close,
  }
}

const refusal = JSON.stringify({ error: { message: 'This text cannot be processed.', type: 'invalid_request_error' } })

export function labelAsJson(text: string): string {
  return JSON.stringify({ label: readToyText(text) })
}

/** The text that a request is about: between the first fences of its last message. */
function questionIn(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { content: string | { text: string }[] }[] }
  const { content } = messages.at(-1)!
  const text = typeof content === 'string' ? content : content.map((part) => part.text).join('\n')
  return text.split('```')[1] ?? ''
}

function completion(content: string): string {
  return JSON.stringify({
    id: 'chatcmpl-0',
    object: 'chat.completion',
    created: 0,
    model: 'toy',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 },
  })
}
