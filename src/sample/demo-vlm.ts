import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { parseChatRequest } from './chat-request.ts'
import { demoReply, usageOf } from './demo-reply.ts'
import { type Faults, isSpoken, makeFaultDice, type SpokenFault, spoil, type WireFault } from './faults.ts'
import { type GlanceModel, trainGlanceModel } from './glance-model.ts'

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
  close(): Promise<void>
}

type Env = { Bindings: HttpBindings }

const modelName = 'meadow-glance'
const sizeLimit = bodyLimit({ maxSize: 32 * 2 ** 20, onError: (c) => wrong(c, 'The body has more than 32 MiB.') })

/**
 * Starts the sample world's VLM: an OpenAI-compatible endpoint on loopback, behind it a small model that sees only 40 x 40 pixels and
 * learned the species from a meadow of its own. It never sees the truth of the pictures it is asked about, so its mistakes are real.
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
  let requests = 0
  const app = new Hono<Env>()
  app.get('/v1/models', (c) => {
    return c.json({ object: 'list', data: [{ id: modelName, object: 'model', created: 0, owned_by: 'labelwright' }] })
  })
  app.post('/v1/chat/completions', sizeLimit, async (c) => {
    const id = `chatcmpl-${++requests}`
    const fault = rollFault()
    await sleep(faults.latencyMs ?? 0)
    return isSpoken(fault) ? complete(c, glance, id, fault) : failAs(c, fault, faults)
  })
  app.notFound((c) => failure(c, 404, `There is no ${c.req.method} ${c.req.path} here.`))
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await listen(server, port)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: modelName,
    requests: () => requests,
    close: () => close(server),
  }
}

async function complete(
  c: Context<Env>,
  glance: GlanceModel,
  id: string,
  fault: SpokenFault | null,
): Promise<Response> {
  const body: unknown = await c.req.json().catch(() => undefined)
  if (body === undefined) return wrong(c, 'The body is no JSON.')
  const request = parseChatRequest(body)
  if ('wrong' in request) return wrong(c, request.wrong)
  if (request.model !== modelName) return wrong(c, `There is no model "${request.model}", only "${modelName}".`)
  const seen = await glance(request.picture).catch((thrown: unknown) => messageOf(thrown))
  if (typeof seen === 'string') return wrong(c, `The picture could not be decoded: ${seen}`)
  const reply = demoReply(request, seen)
  const { content, finishReason } = fault ? spoil(reply, fault) : { content: reply, finishReason: 'stop' }
  return c.json({
    id,
    object: 'chat.completion',
    // The lower floors have no clock, and so equal requests in equal order get equal replies.
    created: 0,
    model: modelName,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finishReason, logprobs: null }],
    usage: usageOf(request.text, seen.area, content),
  })
}

function failAs(c: Context<Env>, fault: WireFault, { retryAfterSeconds = 1 }: Faults): Response {
  switch (fault) {
    case 'rate-limit':
      c.header('Retry-After', String(retryAfterSeconds))
      return failure(c, 429, 'There were too many requests.')
    case 'server-error':
      return failure(c, 500, 'The server had an error.')
    case 'overloaded':
      return failure(c, 503, 'The server is overloaded.')
    case 'cut':
      c.env.incoming.socket.destroy()
      return RESPONSE_ALREADY_SENT
  }
}

function wrong(c: Context, message: string): Response {
  return failure(c, 400, message)
}

const errorTypes = {
  400: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'server_error',
} as const

function failure(c: Context, status: keyof typeof errorTypes, message: string): Response {
  return c.json({ error: { message, type: errorTypes[status], param: null, code: null } }, status)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const problem = `The demo VLM cannot listen on port ${port}: ${cause.message}.`
      reject(new LabelwrightError('cannot-listen', problem, 'Give another port, or none for any free one.', { cause }))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
