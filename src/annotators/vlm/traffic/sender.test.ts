import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Request, Transport } from '../transport.ts'
import { parseEndpoint } from '../wire/endpoint.ts'
import { makeGate, type Gate, type GateOptions } from './gate.ts'
import { makeSender } from './sender.ts'

interface Body {
  readonly messages: { content: unknown }[]
  readonly response_format?: unknown
}
type Respond = (c: Context, body: Body) => Response | Promise<Response>

const clock = { now: () => Date.now() }
/** Draws the shortest pauses. */
const rng = { uniform: () => 0, below: () => 0, normal: () => 0 }
const never = new AbortController().signal

let url = ''
let close: () => void
/** One for each request; the last one for all that follow. */
let script: Respond[] = []
let received: { readonly at: number; readonly body: Body }[] = []

beforeAll(async () => {
  const app = new Hono()
  app.post('/v1/chat/completions', async (c) => {
    const body = await c.req.json<Body>()
    received.push({ at: performance.now(), body })
    return (script.length > 1 ? script.shift()! : script[0]!)(c, body)
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  close = () => server.close()
})
afterAll(() => close())
beforeEach(() => {
  received = []
})

const says: Respond = (c) =>
  c.json({
    choices: [{ message: { role: 'assistant', content: 'moth' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 30, completion_tokens: 2 },
  })
const fails =
  (status: 400 | 401 | 404 | 413 | 429 | 500 | 503, headers: Record<string, string> = {}): Respond =>
  (c) =>
    c.json({ error: { message: `no ${status}` } }, status, headers)
const cuts: Respond = (c) => {
  ;(c.env as { incoming: IncomingMessage }).incoming.socket.destroy()
  return c.body(null)
}
const later =
  (ms: number, respond: Respond): Respond =>
  async (c, body) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return respond(c, body)
  }

const gateWith = (options: Partial<GateOptions> = {}): Gate => makeGate({ concurrency: 8, clock, rng, ...options })
const sender = (gate: Gate = gateWith(), endpoint = url): Transport =>
  makeSender({
    connection: { provider: 'openai-compatible', endpoint: parseEndpoint(endpoint, 'sk-secret'), model: 'seer' },
    gate,
    timeoutMs: 500,
    maxRetries: 2,
    clock,
    rng,
  })

/** A message with a JSON schema, and a picture if it is to have one. */
function message(text = 'which?', picture = false): Request {
  const file = { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array(9) } } as const
  return {
    key: text,
    tokens: { input: 100, output: 10 },
    compose: async () => ({
      prompt: [{ role: 'user', content: [...(picture ? [file] : []), { type: 'text', text }] }],
      responseFormat: { type: 'json', schema: { type: 'object' } },
      maxOutputTokens: 10,
      logprobs: false,
    }),
  }
}
const textOf = ({ messages }: Body): string => JSON.stringify(messages)

test('what passes is got over; tries that may have been billed are counted', async () => {
  const send = sender()
  script = [fails(500), fails(503), says]
  expect(await send(message(), never)).toMatchObject({ text: 'moth', usage: { input: 30, output: 2 } })
  script = [cuts, later(700, says), says]
  expect(await send(message(), never)).toMatchObject({ text: 'moth', lostTries: 2 })
  expect(received).toHaveLength(6)
  script = [says]
  expect(await send(message(), never)).not.toHaveProperty('lostTries')
})

test('a fault that stays ends in an error after the last try, and its place is free again', async () => {
  const send = sender(gateWith({ concurrency: 1 }))
  script = [fails(500)]
  await expect(send(message(), never)).rejects.toMatchObject({
    code: 'endpoint-failed',
    problem: expect.stringContaining('3 times'),
  })
  script = [fails(404), says]
  await expect(send(message(), never)).rejects.toMatchObject({ code: 'endpoint-failed' })
  expect((await send(message(), never)).text).toBe('moth')
  expect(received).toHaveLength(5)
})

test('a 429 that names a time holds all back, of all senders at that endpoint', async () => {
  const gate = gateWith()
  const [one, other] = [sender(gate), sender(gate)]
  script = [fails(429, { 'retry-after-ms': '150' }), says]
  const limited = one(message('limited'), never)
  await expect.poll(() => received.length).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  await Promise.all([limited, other(message('a'), never), other(message('b'), never)])
  const [first, ...rest] = received.map(({ at }) => at)
  expect(rest).toHaveLength(3)
  expect(Math.min(...rest) - first!).toBeGreaterThan(140)
})

test('an endpoint in trouble is left alone, then looked after by one call', async () => {
  const send = sender()
  const sinceFirst = (at: number): number => at - received[0]!.at
  const isDown = (): boolean => sinceFirst(performance.now()) < 300
  script = [(c, body) => (isDown() ? later(20, fails(500)) : later(50, says))(c, body)]
  const replies = await Promise.all(Array.from({ length: 8 }, () => send(message(), never)))
  expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'moth'))
  const [probe, ...rest] = received.map(({ at }) => sinceFirst(at)).filter((at) => at > 300)
  // The shortest first rest is half a second.
  expect(probe).toBeGreaterThan(500)
  expect(rest).toHaveLength(7)
  expect(Math.min(...rest) - probe!).toBeGreaterThan(45)
})

test('a wrong key ends everything at that endpoint at once', async () => {
  const gate = gateWith({ concurrency: 1 })
  script = [fails(401), says]
  const all = await Promise.allSettled([1, 2, 3].map((n) => sender(gate)(message(String(n)), never)))
  const denied = expect.objectContaining({ reason: expect.objectContaining({ code: 'endpoint-denied' }) })
  expect(all).toEqual([denied, denied, denied])
  await expect(sender(gate)(message(), never)).rejects.toMatchObject({ code: 'endpoint-denied' })
  expect(received).toHaveLength(1)
})

test('an address that never answered is given up at once; one that did may be restarting', async () => {
  const app = new Hono().post('/v1/chat/completions', (c) => says(c, { messages: [] }))
  const start = async (port: number): Promise<Server> => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }) as Server
    await new Promise((resolve) => server.once('listening', resolve))
    return server
  }
  let server = await start(0)
  const { port } = server.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}/v1`
  const send = sender(gateWith(), endpoint)
  await send(message(), never)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))

  await expect(sender(gateWith(), endpoint)(message(), never)).rejects.toMatchObject({ code: 'endpoint-unreachable' })
  let tries = 0
  const compose = async () => {
    if (++tries === 3) server = await start(port)
    return message().compose()
  }
  expect((await send({ ...message(), compose }, never)).text).toBe('moth')
  expect(tries).toBe(3)
  server.close()
})

test('who no longer wants the answer leaves the gate; what has been sent is waited for, and paid', async () => {
  const send = sender(gateWith({ concurrency: 1 }))
  script = [later(100, says), says]
  const controller = new AbortController()
  const both = Promise.allSettled(['sent', 'waits'].map((text) => send(message(text), controller.signal)))
  await expect.poll(() => received.length).toBe(1)
  controller.abort()
  expect(await both).toMatchObject([{ value: { text: 'moth' } }, { reason: { name: 'AbortError' } }])
  expect((await send(message(), never)).text).toBe('moth')
  expect(received).toHaveLength(2)
})

test('a message that cannot be composed is not sent, and its place is free again', async () => {
  const send = sender(gateWith({ concurrency: 1, requestsPerMinute: 1 }))
  const broken = { ...message(), compose: () => Promise.reject(new Error('no picture')) }
  await expect(send(broken, never)).rejects.toThrow('no picture')
  script = [says]
  expect((await send(message(), never)).text).toBe('moth')
})

test('a message that is turned down after others were taken is at fault itself', async () => {
  const send = sender()
  script = [says, fails(413)]
  await send(message(), never)
  await expect(send(message('long'), never)).rejects.toMatchObject({ code: 'message-rejected' })
  expect(received).toHaveLength(2)
})

test('when the first messages are turned down, one simple question tells whether they are at fault', async () => {
  const send = sender()
  const isControl = (body: Body): boolean => textOf(body).includes('\\"yes\\"')
  script = [(c, body) => (isControl(body) ? later(50, says) : fails(400))(c, body)]
  const all = await Promise.allSettled(['a', 'b', 'c'].map((text) => send(message(text), never)))
  const rejected = expect.objectContaining({ reason: expect.objectContaining({ code: 'message-rejected' }) })
  expect(all).toEqual([rejected, rejected, rejected])
  const controls = received.filter(({ body }) => isControl(body))
  expect(controls).toHaveLength(1)
  expect(controls[0]!.body).not.toHaveProperty('response_format')
  expect(received).toHaveLength(4)
  // When it is turned down as well, it was none of their fault.
  script = [fails(400)]
  await expect(sender()(message(), never)).rejects.toMatchObject({ code: 'endpoint-failed' })
})

test('a model that takes no pictures is at fault, not the picture', async () => {
  const send = sender()
  script = [(c, body) => (textOf(body).includes('image_url') ? fails(400)(c, body) : says(c, body))]
  expect((await send(message('text'), never)).text).toBe('moth')
  await expect(send(message('picture', true), never)).rejects.toMatchObject({
    code: 'endpoint-failed',
    fix: expect.stringContaining('pictures'),
  })
})
