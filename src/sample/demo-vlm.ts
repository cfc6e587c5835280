import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Completion, completer, modelName } from './completion.ts'
import { type Fault, type Faults, isSpokenFault, isWireFault, makeFaultDice } from './faults.ts'
import { type GlanceModel, trainGlanceModel } from './glance-model.ts'
import { listenOnLoopback, readBody, sendJson } from './loopback.ts'
import { type BodyCount, makeTally } from './tally.ts'
import { failAs, sendFailure, sendHalf } from './wire-faults.ts'

export interface DemoVlmOptions {
  readonly seed: number
  /** Default 0: any free port. */
  readonly port?: number
  readonly faults?: Faults
  /** Called with the number of pictures drawn for its training so far, and how many there will be. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A running demo VLM. */
export interface DemoVlm {
  /** The base URL of its API, ending in `/v1`. */
  readonly url: string
  readonly model: string
  /** Number of chat completions that were asked for so far, failed ones included. */
  requests(): number
  /**
   * Number of completions that a provider would have billed: made by the model, and handed over in full while the client listened. One
   * that is given again for its `Idempotency-Key` is billed once.
   */
  billed(): number
  /** Number of distinct request bodies that were billed more than once. */
  billedTwice(): number
  /** Of each distinct body, by the SHA-256 of its bytes in hex. */
  perBody(): ReadonlyMap<string, Readonly<BodyCount>>
  close(): Promise<void>
}

const mostBytes = 32 * 2 ** 20
const modelList = { object: 'list', data: [{ id: modelName, object: 'model', created: 0, owned_by: 'labelwright' }] }

/**
 * Starts the sample world's VLM: an OpenAI-compatible endpoint on loopback, behind it a small model that sees only 56 x 56 pixels and
 * learned the species from a meadow of its own. It never sees the truth of the pictures it is asked about, so its mistakes are real.
 *
 * Equal requests get equal replies, also at a temperature above 0. A request with the `Idempotency-Key` of an earlier one and the same
 * body gets that one's reply.
 *
 * @throws {@link LabelwrightError} `cannot-listen` when the port is taken; `bad-sample-options` for impossible faults.
 * @example
 * ```ts
 * const vlm = await startDemoVlm({ seed: 1 })
 * const models = await fetch(`${vlm.url}/models`)
 * await vlm.close()
 * ```
 */
export async function startDemoVlm(options: DemoVlmOptions): Promise<DemoVlm> {
  return serveDemoVlm(await trainGlanceModel(options.seed, options.onProgress), options)
}

/**
 * Puts a trained model behind its endpoint; {@link startDemoVlm} without the seconds of training, for several endpoints of one model.
 *
 * @throws As {@link startDemoVlm}.
 */
export async function serveDemoVlm(
  glance: GlanceModel,
  { seed, port = 0, faults = {} }: Omit<DemoVlmOptions, 'onProgress'>,
): Promise<DemoVlm> {
  const rollFault = makeFaultDice(faults, seed)
  const complete = completer(glance, seed, faults)
  const tally = makeTally()
  const kept = new Map<string, Kept>()
  let requests = 0

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = `chatcmpl-${++requests}`
    const body = await readBody(request, mostBytes)
    if (!body) return sendFailure(response, 400, 'The body has more than 32 MiB.')
    const hash = createHash('sha256').update(body).digest('hex')
    const fault = rollFault(hash, tally.asked(hash))
    await sleep(faults.latencyMs ?? 0)
    if (isWireFault(fault)) return failAs(response, fault, faults)
    const make = (): Kept => ({
      completion: complete({ id, hash, body }, isSpokenFault(fault) ? fault : null),
      billed: false,
    })
    const key = request.headers['idempotency-key']
    const one = key === undefined ? make() : remembered(kept, `${String(key)} ${hash}`, make)
    if ((await deliver(response, await one.completion, fault)) && !one.billed) {
      one.billed = true
      tally.paid(hash)
    }
  }

  const { origin, close } = await listenOnLoopback((request, response) => {
    const route = `${request.method} ${request.url}`
    if (route === 'GET /v1/models') void sendJson(response, 200, JSON.stringify(modelList))
    else if (route !== 'POST /v1/chat/completions') sendFailure(response, 404, `There is no ${route} here.`)
    else answer(request, response).catch(() => response.destroy())
  }, port)
  return {
    url: `${origin}/v1`,
    model: modelName,
    requests: () => requests,
    billed: tally.billed,
    billedTwice: tally.billedTwice,
    perBody: () => tally.bodies,
    close,
  }
}

/** A completion that may be asked for again. */
interface Kept {
  readonly completion: Promise<Completion>
  billed: boolean
}

function remembered(kept: Map<string, Kept>, key: string, make: () => Kept): Kept {
  const one = kept.get(key) ?? make()
  kept.set(key, one)
  return one
}

/** Whether a completion arrived in full. */
async function deliver(response: ServerResponse, completion: Completion, fault: Fault | null): Promise<boolean> {
  if ('wrong' in completion) {
    sendFailure(response, 400, completion.wrong)
    return false
  }
  if (fault !== 'half' && fault !== 'torn') return sendJson(response, 200, completion.json)
  sendHalf(response, completion.json, fault)
  return false
}
