import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Item } from '../../core/item.ts'
import type { Price } from '../../core/price.ts'
import type { Question } from '../../core/question.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { checkEndpoint } from './check-endpoint.ts'
import { makeVlm, type VlmOptions } from './vlm.ts'

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const price: Price = {
  kind: 'tokens',
  inputPerMillion: 2_000_000,
  outputPerMillion: 10_000_000,
  tokensPerQuestion: { input: 500, output: 20 },
}
const fine: Question = { kind: 'classify', level: 'class' }
const apiKey = 'sk-very-secret'
const never = new AbortController().signal
const clock = { now: () => performance.now() }
const impatient = { uniform: () => 0, below: () => 0, normal: () => 0 }

interface Body {
  readonly model: string
  readonly temperature: number
  readonly max_tokens: number
  readonly messages: { role: string; content: unknown }[]
  readonly response_format: { json_schema: { strict: boolean; schema: { properties: { label: { enum: string[] } } } } }
}

type Respond = (c: Context) => Response | Promise<Response>

let address: string
let folder: string
let photo: string
let close: () => void
/** Where a server was once. */
let nowhere: string
let script: Respond[]
const received: { body: Body; authorization: string | undefined }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vlm-'))
  photo = join(folder, 'photo.png')
  await sharp({ create: { width: 800, height: 400, channels: 3, background: 'green' } }).toFile(photo)
  const app = new Hono()
  app.get('/v1/models', (c) => {
    if (c.req.header('authorization') !== `Bearer ${apiKey}`) return c.json({ error: { message: 'who are you?' } }, 401)
    return c.json({ data: [{ id: 'seer' }, { id: 'other' }] })
  })
  app.post('/v1/chat/completions', async (c) => {
    received.push({ body: await c.req.json<Body>(), authorization: c.req.header('authorization') })
    return (script.length > 1 ? script.shift()! : script[0]!)(c)
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  close = () => server.close()
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  nowhere = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/v1`
  await new Promise((resolve) => gone.close(resolve))
})
afterAll(async () => {
  close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  received.length = 0
  await rm(join(folder, 'cache'), { recursive: true, force: true })
})

const says =
  (content: string | null, more: { finish?: string; usage?: object | null; refusal?: string } = {}): Respond =>
  (c) =>
    c.json({
      choices: [
        { message: { role: 'assistant', content, refusal: more.refusal }, finish_reason: more.finish ?? 'stop' },
      ],
      ...(more.usage !== null && { usage: more.usage ?? { prompt_tokens: 1000, completion_tokens: 10 } }),
    })

const fails =
  (status: 400 | 401 | 404 | 429 | 500, message: string, headers: Record<string, string> = {}): Respond =>
  (c) =>
    c.json({ error: { message, code: headers['code'] } }, status, headers)

const cuts: Respond = (c) => {
  ;(c.env as { incoming: IncomingMessage }).incoming.socket.destroy()
  return c.body(null)
}

const hangs: Respond = (c) => new Promise((resolve) => setTimeout(() => resolve(c.body(null)), 400))

const item: Item = { id: 'photo.png', source: { kind: 'image', path: '' }, labels: { truth: 'a secret label' } }

function vlm(options: Partial<VlmOptions> = {}) {
  const cacheDir = join(folder, 'cache')
  const about = { id: 'seer', endpoint: address, model: 'seer', level: 'class', taxonomy, price, apiKey, seed: 1 }
  return makeVlm({ ...about, cacheDir, clock, rng: impatient, maxRetries: 2, ...options })
}

function ask(
  options: Partial<VlmOptions> = {},
  source: Item['source'] = { kind: 'image', path: photo },
  signal = never,
) {
  return vlm(options).ask({ ...item, source }, fine, signal)
}

test('a model gets the picture, the options and the form of the reply, and is paid by its tokens', async () => {
  script = [says('{"label": "honeybee"}')]
  const reply = await ask()
  // 1000 tokens at 2 and 10 tokens at 10 per million: 0.0021.
  expect(reply).toMatchObject({ answer: { kind: 'label', label: 'honeybee' }, cost: 2100 })
  expect(reply.seconds).toBeGreaterThan(0)

  const [{ body, authorization }] = received as [(typeof received)[number]]
  expect(authorization).toBe(`Bearer ${apiKey}`)
  expect(body).toMatchObject({ model: 'seer', temperature: 0, max_tokens: 256, messages: [{ role: 'user' }] })
  expect(body.response_format.json_schema.strict).toBe(true)
  const offered = body.response_format.json_schema.schema.properties.label.enum
  expect(offered.toSorted()).toEqual(['bumblebee', 'honeybee', 'moth', 'none of these'])
  const [text, picture] = body.messages[0]!.content as [{ text: string }, { image_url: { url: string } }]
  expect(text.text).toContain('\n- honeybee\n')
  expect(JSON.stringify(body)).not.toMatch(/secret|photo\.png/)
  const [, base64] = /^data:image\/jpeg;base64,(.+)$/.exec(picture.image_url.url)!
  expect(await sharp(Buffer.from(base64!, 'base64')).metadata()).toMatchObject({
    width: 512,
    height: 256,
    format: 'jpeg',
  })
})

test('a text is sent as text, and a coarse level offers the coarse classes', async () => {
  script = [says('{"label": "Bee"}')]
  const coarse = vlm({ level: 'group' })
  const text: Item = { ...item, source: { kind: 'text', text: 'It buzzed past my ear.' } }
  const { answer } = await coarse.ask(text, { kind: 'classify', level: 'group' }, never)
  expect(answer).toEqual({ kind: 'label', label: 'bee' })
  expect(received[0]!.body.messages[0]!.content).toMatch(/- bee\n[^]*```\nIt buzzed past my ear\.\n```$/)
  await expect(coarse.ask(text, fine, never)).rejects.toMatchObject({ code: 'question-not-supported' })
})

test('what was asked before is not asked again, and still costs and takes the same', async () => {
  script = [says('{"label": "honeybee"}'), says('{"label": "moth"}')]
  const first = await ask()
  expect(await ask()).toEqual(first)
  expect(received).toHaveLength(1)
  expect(await ask({ endpoint: address.replace('127.0.0.1', 'localhost'), apiKey: undefined })).toEqual(first)
  expect((await ask({ model: 'other' })).answer).toEqual({ kind: 'label', label: 'moth' })
  await ask({ picture: { longestSide: 64 } })
  await ask({}, { kind: 'region', path: photo, box: [0, 0, 50, 50] })
  await ask({ temperature: 1 })
  await ask({ seed: 2 })
  expect(received).toHaveLength(6)
})

test('kept replies are small readable files without the key, and a damaged one is asked for again', async () => {
  script = [says('{"label": "honeybee"}')]
  await ask()
  const cache = join(folder, 'cache')
  const [shard] = await readdir(cache)
  const [file] = await readdir(join(cache, shard!))
  const path = join(cache, shard!, file!)
  expect(file).toMatch(new RegExp(`^${shard}[0-9a-f]{62}\\.json$`))
  const kept = await readFile(path, 'utf8')
  expect(kept).not.toContain(apiKey)
  expect(JSON.parse(kept)).toMatchObject({
    text: '{"label": "honeybee"}',
    finishReason: 'stop',
    usage: { input: 1000, output: 10 },
  })
  await writeFile(path, kept.slice(0, 20))
  expect((await ask()).answer).toEqual({ kind: 'label', label: 'honeybee' })
  expect(received).toHaveLength(2)
})

test('without a count of tokens, or at a flat price, the cost is the expected one', async () => {
  script = [says('{"label": "moth"}', { usage: null })]
  // 500 tokens at 2 and 20 at 10 per million.
  expect((await ask()).cost).toBe(1200)
  expect((await ask({ price: { kind: 'answer', amount: 99 } })).cost).toBe(99)
})

test.each([
  { prompt_tokens: -5000, completion_tokens: 10 },
  { prompt_tokens: 1e300, completion_tokens: 10 },
])('a count of tokens that cannot be one is no count: %o', async (usage) => {
  script = [says('{"label": "moth"}', { usage })]
  expect((await ask()).cost).toBe(1200)
})

test.each([
  ['429 that asks for a pause', fails(429, 'slow down', { 'retry-after-ms': '30' })],
  ['500', fails(500, 'oops')],
  ['cut connection', cuts],
  ['reply that hangs', hangs],
  ['body that is no JSON', (c: Context) => c.body('{"choices": [', 200, { 'content-type': 'application/json' })],
  ['body without choices', (c: Context) => c.json({ choices: [] })],
])('a %s is got over', async (_, fault) => {
  script = [fault, fault, says('{"label": "moth"}')]
  expect((await ask({ timeoutMs: 250 })).answer).toEqual({ kind: 'label', label: 'moth' })
  expect(received).toHaveLength(3)
})

test('a fault that stays ends in an error after the last try, and nothing is kept', async () => {
  script = [fails(500, `no luck with ${apiKey}`)]
  const failed = await ask().catch((thrown: unknown) => thrown)
  expect(failed).toMatchObject({ code: 'endpoint-failed', problem: expect.stringContaining('3 times') })
  expect(String(failed) + JSON.stringify(failed)).not.toContain(apiKey)
  script = [says('{"label": "moth"}')]
  expect((await ask()).answer).toEqual({ kind: 'label', label: 'moth' })
})

test('a wrong key, an unknown model and a closed port are told apart at the first try', async () => {
  script = [fails(401, `Incorrect API key: ${apiKey}`)]
  const denied = await ask().catch((thrown: unknown) => thrown)
  expect(denied).toMatchObject({ code: 'endpoint-denied', problem: expect.stringContaining('[key]') })
  script = [fails(404, 'no such model')]
  await expect(ask()).rejects.toMatchObject({ code: 'endpoint-failed', fix: expect.stringContaining('model:') })
  expect(received).toHaveLength(2)
  const closed = expect.objectContaining({
    code: 'endpoint-unreachable',
    problem: expect.stringContaining(nowhere),
  })
  await expect(ask({ endpoint: nowhere, rng: { ...impatient, uniform: () => 1 } })).rejects.toEqual(closed)
})

test.each([
  ['invented label', says('{"label": "wasp"}'), { kind: 'outside', said: 'wasp' }],
  ['reply that is broken JSON', says('{"label": "mo'), { kind: 'abstain', reason: 'broken JSON' }],
  ['refusal in words', says("I'm sorry, I can't help with that."), { kind: 'abstain', reason: 'refused' }],
  [
    'refusal by the protocol',
    says(null, { refusal: 'I will not look at this.' }),
    { kind: 'abstain', reason: 'refused' },
  ],
  [
    'refusal as a bad request',
    fails(400, 'filtered', { code: 'content_filter' }),
    { kind: 'abstain', reason: 'refused' },
  ],
  [
    'endless repetition',
    says('moth moth '.repeat(100), { finish: 'length' }),
    { kind: 'abstain', reason: 'repeats itself' },
  ],
  ['empty reply', says(null), { kind: 'abstain', reason: 'empty reply' }],
])('an %s is an answer of its own kind, asked for once', async (_, respond, answer) => {
  script = [respond]
  const read: string[] = []
  const reply = await ask({ onReading: ({ answer: { kind } }) => read.push(kind) })
  expect(reply.answer).toEqual(answer)
  expect(read).toEqual([answer.kind])
  await ask()
  expect(received).toHaveLength(1)
})

test('a file that is no picture is an abstention, and nothing is sent', async () => {
  const broken = join(folder, 'broken.jpg')
  await writeFile(broken, 'no picture')
  const reply = await ask({}, { kind: 'image', path: broken })
  expect(reply).toEqual({ answer: { kind: 'abstain', reason: 'unreadable picture' }, cost: 0, seconds: null })
  expect(received).toHaveLength(0)
})

test('who no longer wants the answer is not kept waiting', async () => {
  script = [hangs]
  const controller = new AbortController()
  const pending = ask({}, undefined, controller.signal)
  setTimeout(() => controller.abort(), 50)
  await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
})

test('an endpoint says which models it has, or why not', async () => {
  expect(await checkEndpoint(address, 'seer', { apiKey, clock })).toMatchObject({
    models: ['seer', 'other'],
    hasModel: true,
  })
  expect(await checkEndpoint(`${address}/`, 'gone', { apiKey: `${apiKey}\n`, clock })).toMatchObject({
    hasModel: false,
  })
  await expect(checkEndpoint(address, 'seer', { clock })).rejects.toMatchObject({ code: 'endpoint-denied' })
  await expect(checkEndpoint(`${address}/no`, 'seer', { clock })).rejects.toMatchObject({ code: 'endpoint-failed' })
  await expect(checkEndpoint(nowhere, 'seer', { clock })).rejects.toMatchObject({
    code: 'endpoint-unreachable',
  })
})
