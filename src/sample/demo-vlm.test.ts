import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { type DemoVlm, serveDemoVlm } from './demo-vlm.ts'
import type { Faults } from './faults.ts'
import { drawPicture } from './picture.ts'
import { trainGlanceModel, type GlanceModel } from './glance-model.ts'
import { families, familyOf, species } from './species.ts'

let model: GlanceModel
let vlm: DemoVlm
const progress: number[] = []
beforeAll(async () => {
  model = await trainGlanceModel(1, (done, total) => progress.push(done / total))
  vlm = await serveDemoVlm(model, { seed: 1 })
}, 60_000)
afterAll(() => vlm.close())

const familyNames = families.map(({ name }) => name)
const speciesNames = species.map(({ name }) => name)

interface Completion {
  readonly model: string
  readonly choices: { message: { content: string }; finish_reason: string }[]
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
}

async function dataUri(k: number, ...purpose: (string | number)[]): Promise<string> {
  const picture = Buffer.from(drawPicture(species[k]!, makeRng(77, ...purpose, k)))
  return `data:image/jpeg;base64,${(await sharp(picture).jpeg().toBuffer()).toString('base64')}`
}

const schemaOf = (labels: readonly string[]): object => ({
  type: 'json_schema',
  json_schema: { name: 'answer', schema: { type: 'object', properties: { label: { enum: labels } } } },
})

function post(body: unknown, endpoint: DemoVlm = vlm): Promise<Response> {
  return fetch(`${endpoint.url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) })
}

function ask(url: string, text: string, labels?: readonly string[], endpoint: DemoVlm = vlm): Promise<Response> {
  return post(
    {
      model: endpoint.model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
      ...(labels && { response_format: schemaOf(labels) }),
    },
    endpoint,
  )
}

async function completion(reply: Response): Promise<Completion> {
  expect(reply.status).toBe(200)
  return (await reply.json()) as Completion
}

const contentOf = async (reply: Response): Promise<string> => (await completion(reply)).choices[0]!.message.content

async function shareRight(options: readonly string[], truths: readonly string[]): Promise<number> {
  const right = await Promise.all(
    Array.from({ length: 4 * species.length }, async (_, i) => {
      const k = i % species.length
      const content = await contentOf(await ask(await dataUri(k, 'exam', i), 'Which is it?', options))
      return (JSON.parse(content) as { label: string }).label === truths[k]
    }),
  )
  return right.filter(Boolean).length / right.length
}

test('it names most families and some species of a meadow it never saw', async () => {
  const familyTruths = familyOf.map(({ name }) => name)
  const [families, fine] = await Promise.all([
    shareRight(familyNames, familyTruths),
    shareRight(speciesNames, speciesNames),
  ])
  expect(families).toBeGreaterThan(0.7)
  expect(fine).toBeGreaterThan(0.2)
  expect(fine).toBeLessThan(0.8)
}, 60_000)

test('its training reports progress up to the end', () => {
  expect(progress.at(-1)).toBe(1)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
})

test('it lists its one model', async () => {
  const list = (await (await fetch(`${vlm.url}/models`)).json()) as { data: { id: string }[] }
  expect(list.data.map(({ id }) => id)).toEqual([vlm.model])
})

test('without a schema it chooses among the dashed lines and answers in plain text', async () => {
  const prompt = ['Which is it?', ...familyNames.map((name) => `- ${name}`)].join('\n')
  expect(familyNames).toContain(await contentOf(await ask(await dataUri(0), prompt)))
  expect(await contentOf(await ask(await dataUri(0), 'Which is it?\n- moth'))).toBe('moth')
})

test('it says in words that it knows none of the options, or that there are none', async () => {
  expect(await contentOf(await ask(await dataUri(0), 'Which?', ['zebra', 'gnu']))).toContain('none of these')
  expect(await contentOf(await ask(await dataUri(0), 'Which?'))).toContain('no list')
})

test('it counts a token per four characters and per 28 x 28 pixels', async () => {
  const { usage, choices } = await completion(await ask(await dataUri(3), 'Twelve chars\n- bee'))
  // 18 characters are 5 tokens and 128 * 128 / 784 = 20.9 are 21; "bee" is one.
  expect(choices[0]).toMatchObject({ message: { content: 'bee' }, finish_reason: 'stop' })
  expect(usage).toEqual({ prompt_tokens: 26, completion_tokens: 1, total_tokens: 27 })
})

test('wrong requests get an error in the shape of OpenAI', async () => {
  const picture = await dataUri(0)
  const user = (content: unknown): object => ({ model: vlm.model, messages: [{ role: 'user', content }] })
  const shown = user([{ type: 'image_url', image_url: { url: picture } }])
  const replies = await Promise.all([
    fetch(`${vlm.url}/chat/completions`, { method: 'POST', body: '{"model":' }),
    post({ model: vlm.model }),
    post(user('no picture')),
    post({ ...shown, model: 'another' }),
    post({ ...shown, stream: true }),
    ask('https://example.org/bee.jpg', 'Which?'),
    ask('data:image/jpeg;base64,bm8gcGljdHVyZQ==', 'Which?'),
  ])
  for (const reply of replies) {
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ error: { type: 'invalid_request_error', message: expect.any(String) } })
  }
  expect((await fetch(`${vlm.url}/embeddings`)).status).toBe(404)
})

test('a taken port is refused by name', async () => {
  const port = Number(new URL(vlm.url).port)
  await expect(serveDemoVlm(model, { seed: 1, port })).rejects.toMatchObject({ code: 'cannot-listen' })
})

test('faults come over the wire as their providers send them, and are counted as requests', async () => {
  const faults: Faults = {
    shares: { 'rate-limit': 0.2, 'server-error': 0.2, overloaded: 0.2, cut: 0.2, endless: 0.2 },
    latencyMs: 2,
    retryAfterSeconds: 7,
  }
  const faulty = await serveDemoVlm(model, { seed: 2, faults })
  try {
    const picture = await dataUri(0)
    const seen = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const reply = await ask(picture, '- bee', undefined, faulty).catch(() => null)
      if (reply?.status === 429) expect(reply.headers.get('Retry-After')).toBe('7')
      if (reply?.ok) expect((await completion(reply)).choices[0]!.finish_reason).toBe('length')
      else await reply?.body?.cancel()
      seen.add(String(reply?.status ?? 'cut'))
    }
    expect([...seen].toSorted()).toEqual(['200', '429', '500', '503', 'cut'])
    expect(faulty.requests()).toBe(40)
  } finally {
    await faulty.close()
  }
})
