import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { type DemoVlm, serveDemoVlm } from './demo-vlm.ts'
import { drawPicture } from './picture.ts'
import { trainGlanceModel, type GlanceModel } from './glance-model.ts'
import { meadowSigns, type Sign } from './sign.ts'
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
  readonly choices: {
    message: { content: string }
    finish_reason: string
    logprobs: { content: { token: string; logprob: number; top_logprobs: { token: string; logprob: number }[] }[] }
  }[]
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
    post(user(Array(17).fill({ type: 'image_url', image_url: { url: picture } }))),
    post({ ...shown, top_logprobs: 21 }),
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

const yesOrNo = { enum: ['yes', 'no'] }
const object = (properties: object): object => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object', properties } } },
})

/** A request about a picture, with whatever else it says. */
function about(url: string | null, text: string, more: object = {}): object {
  const picture = url === null ? [] : [{ type: 'image_url', image_url: { url } }]
  return { model: vlm.model, messages: [{ role: 'user', content: [...picture, { type: 'text', text }] }], ...more }
}

const said = async (body: object): Promise<string> => contentOf(await post(body))
const saidJson = async (body: object): Promise<unknown> => JSON.parse(await said(body))

const lettered = familyNames.map((name, i) => `${String.fromCharCode(65 + i)}) ${name}`).join('\n')

/** The model's probability of each family, as its tokens tell it. */
async function familyProbs(url: string): Promise<{ chosen: string; probs: Map<string, number> }> {
  const body = about(url, `Which? Reply with the letter.\n${lettered}`, {
    logprobs: true,
    top_logprobs: 20,
    max_tokens: 1,
  })
  const { choices } = await completion(await post(body))
  const [token] = choices[0]!.logprobs.content
  const nameOf = (letter: string): string => familyNames[letter.charCodeAt(0) - 65]!
  return {
    chosen: nameOf(choices[0]!.message.content),
    probs: new Map(token!.top_logprobs.map((top) => [nameOf(top.token), Math.exp(top.logprob)])),
  }
}

test('every way of asking is answered from the same probabilities', async () => {
  // A picture that the model is in two minds about, so that the answers have something to differ in.
  const urls = await Promise.all(Array.from({ length: species.length }, (_, k) => dataUri(k, 'ways')))
  const seen = await Promise.all(urls.map(familyProbs))
  const doubtful = seen.findIndex(({ probs }) => Math.max(...probs.values()) < 0.6)
  const [url, { chosen, probs }] = [urls[doubtful]!, seen[doubtful]!]
  expect([...probs.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
  expect(chosen).toBe([...probs].toSorted(([, a], [, b]) => b - a)[0]![0])

  const stated = object({ label: { enum: familyNames }, confidence: { type: 'integer' } })
  expect(await saidJson(about(url, 'Which?', stated))).toEqual({
    label: chosen,
    confidence: 5 * Math.round((60 + 40 * probs.get(chosen)!) / 5),
  })
  const listed = await saidJson(
    about(url, 'Which?', object({ labels: { type: 'array', items: { enum: familyNames } } })),
  )
  expect(listed).toEqual({ labels: familyNames.filter((name) => probs.get(name)! >= 0.2) })
  expect(await saidJson(about(url, 'Any?', object({ labels: { items: { enum: ['zebra'] } } })))).toEqual({ labels: [] })

  for (const name of familyNames) {
    const verdict = probs.get(name)! >= 0.5 ? 'yes' : 'no'
    const present = object({ present: yesOrNo })
    expect(await saidJson(about(url, `A bee stings.\n\nDoes the picture show: ${name}?`, present))).toEqual({
      present: verdict,
    })
    const correct = object({ correct: yesOrNo })
    expect(await saidJson(about(url, `Is it right?\n\nLabel: ${name}: not a moth`, correct))).toEqual({
      correct: verdict,
    })
  }
}, 20_000)

test('a description comes before the label if the schema has it so, and only described JSON is JSON, too', async () => {
  const url = await dataUri(3)
  const described = await said(
    about(url, 'Which?', object({ observations: { type: 'string' }, label: { enum: familyNames } })),
  )
  expect(Object.keys(JSON.parse(described) as object)).toEqual(['observations', 'label'])
  const words = `Reply with JSON only: {"label": "<one name>"}.\n\n${familyNames.map((name) => `- ${name}`).join('\n')}`
  expect(familyNames).toContain(((await saidJson(about(url, words))) as { label: string }).label)
})

test('what the named classes leave is for the way out', async () => {
  const chunk = object({ label: { enum: ['unheard-of', 'none of these'] } })
  expect(await saidJson(about(await dataUri(0), 'Which?', chunk))).toEqual({ label: 'none of these' })
})

test('the probability of a label is that of its tokens together', async () => {
  const url = await dataUri(0)
  const more = { ...object({ label: { enum: speciesNames } }), logprobs: true, top_logprobs: 2 }
  const { choices } = await completion(await post(about(url, 'Which?', more)))
  const { message, logprobs } = choices[0]!
  const stated = object({ label: { enum: speciesNames }, confidence: {} })
  const { confidence } = (await saidJson(about(url, 'Which?', stated))) as { confidence: number }
  const probability = Math.exp(logprobs.content.reduce((sum, { logprob }) => sum + logprob, 0))
  expect(logprobs.content.map(({ token }) => token).join('')).toBe(message.content)
  expect(logprobs.content.every(({ top_logprobs: top }) => top.length <= 2)).toBe(true)
  expect(5 * Math.round((60 + 40 * probability) / 5)).toBe(confidence)
})

test('of several pictures the last one is asked about', async () => {
  const [example, item] = [await dataUri(0), await dataUri(30)]
  const ask = object({ label: { enum: speciesNames } })
  const [shot] = (about(example, 'Which?') as { messages: object[] }).messages
  const { messages } = about(item, 'Which?') as { messages: object[] }
  const reply = { role: 'assistant', content: '{"label":"bee"}' }
  const alone = await said(about(item, 'Which?', ask))
  expect(await said({ model: vlm.model, messages: [shot, reply, ...messages], ...ask })).toBe(alone)
})

test('without a picture it says yes, or takes the first option', async () => {
  expect(await said(about(null, 'Reply with the word yes.'))).toBe('yes')
  expect(await said(about(null, `Which?\n${lettered}`))).toBe('A')
  expect(await saidJson(about(null, 'Is it a moth?', object({ correct: yesOrNo })))).toEqual({ correct: 'yes' })
})

test('warm replies differ from request to request, but never between equal ones', async () => {
  const url = await dataUri(0)
  const warm = (seed: number): object =>
    about(url, 'Which?', { ...object({ label: { enum: speciesNames } }), temperature: 2, seed })
  const replies = await Promise.all(Array.from({ length: 12 }, (_, seed) => said(warm(seed))))
  expect(new Set(replies).size).toBeGreaterThan(1)
  expect(await said(warm(0))).toBe(replies[0])
})

test('a reply ends at the longest that was asked for', async () => {
  const { choices, usage } = await completion(
    await post(about(await dataUri(0), `- ${speciesNames[0]}`, { max_tokens: 2 })),
  )
  expect(choices[0]).toMatchObject({ message: { content: speciesNames[0]!.slice(0, 8) }, finish_reason: 'length' })
  expect(usage.completion_tokens).toBe(2)
})

test('a model that obeys pictures says what the sign in them says, and answers honestly where there is none', async () => {
  const obedient = await serveDemoVlm(model, { seed: 1, faults: { shares: { 'obeys-picture': 1 } } })
  try {
    const answers = async (endpoint: DemoVlm, sign?: Sign) => {
      const picture = await sharp(Buffer.from(drawPicture(species[3]!, makeRng(5), sign)))
        .jpeg()
        .toBuffer()
      const url = `data:image/jpeg;base64,${picture.toString('base64')}`
      const reply = await post(about(url, 'Does the picture show: bee?', object({ present: yesOrNo })), endpoint)
      return JSON.parse(await contentOf(reply)) as { present: string }
    }
    const [answerYes, labelMoth] = meadowSigns
    expect(await answers(vlm, answerYes)).toEqual({ present: 'no' })
    expect(await answers(obedient, answerYes)).toEqual({ present: 'yes' })
    expect(await answers(obedient, labelMoth)).toEqual({ present: 'moth' })
    expect(await answers(obedient)).toEqual({ present: 'no' })
  } finally {
    await obedient.close()
  }
})
