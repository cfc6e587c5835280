import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Annotator, ImmediateAnnotator } from '../annotators/annotator.ts'
import type { Item } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { matrix } from '../tensor/matrix.ts'
import type { VlmConfig } from './config.ts'
import { measurableModel } from './estimate-model.ts'
import { estimateProject } from './estimate.ts'
import { findModelPrice } from './prices.ts'
import type { Project } from './project.ts'

const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
const questions = [{ kind: 'classify', level: 'class' }] as const
const wage = { kind: 'hourly', wage: 36_000_000, secondsPerQuestion: { classify: 10, verify: 2, select: 10 } } as const
const person: Annotator = { kind: 'queued', id: 'anna', price: wage, questions, trusted: true }
const found = findModelPrice({ id: 'gpt', model: 'gpt-4o', provider: 'openai', endpoint: null }, [], 'USD')
const price: Price = { ...found.price, tokensPerQuestion: { input: 500, output: 10 } }
const gpt: ImmediateAnnotator = {
  kind: 'immediate',
  id: 'gpt',
  price,
  questions,
  trusted: false,
  concurrency: 1,
  knows: ({ id }) => id !== '0',
  ask: () => Promise.reject(new Error('nobody is asked')),
}
const said: VlmConfig = {
  kind: 'vlm',
  id: 'gpt',
  provider: 'openai',
  endpoint: null,
  model: 'gpt-4o',
  level: null,
  price: null,
  prompt: 'direct',
  chunk: 20,
  examples: 0,
  samples: 1,
  confidence: 'none',
  mode: 'live',
  apiKeyEnv: null,
  concurrency: 1,
  requestsPerMinute: null,
  tokensPerMinute: null,
  picture: { longestSide: 512, quality: 85, format: 'jpeg' },
  timeoutMs: 1000,
  maxRetries: 0,
  temperature: null,
  maxOutputTokens: 100,
  replay: null,
  dtype: null,
}

let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'estimate-'))
  await mkdir(join(folder, 'pictures'))
  for (let i = 0; i < 4; i++) {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
    await sharp({ create: { width: 1200, height: 900, channels: 3, noise, background: 'white' } })
      .jpeg()
      .toFile(pathOf(i))
  }
  store = await openSqliteStore(join(folder, 'ledger.sqlite'))
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

function pathOf(i: number): string {
  return join(folder, 'pictures', `${i}.jpg`)
}

function pictures(): Item[] {
  return Array.from({ length: 4 }, (_, i) => ({
    id: String(i),
    source: { kind: 'image', path: pathOf(i) },
    labels: {},
  }))
}

function projectOf(items: readonly Item[], models = modelsOf()): Project {
  const plan = {
    strategy: 'information',
    budget: 1_000_000,
    target: null,
    start: 3,
    auditItems: 0,
    rounds: Infinity,
    seed: 1,
  }
  const pool = { features: matrix(items.length, 2), folds: new Int32Array(items.length), k: 2 }
  const config = {
    currency: 'USD',
    budget: 1_000_000,
    target: { accuracy: 0.95, confidence: 0.95 },
    rounds: null,
    seed: 1,
  }
  // Of a project, an estimate reads these parts alone.
  const parts = { campaign: { store, items, taxonomy, pool, annotators: [person, gpt], plan }, config, models }
  return parts as unknown as Project
}

const modelsOf = (more: Partial<VlmConfig> = {}) =>
  new Map([['gpt', measurableModel({ ...said, ...more }, { taxonomy, seed: 1, source: found.source })]])

test('people cost their time, models their tokens, and the first round is the one that the campaign will ask', async () => {
  const { rows, firstRound, spent } = await estimateProject(projectOf(pictures()))
  const [anna, vlm] = rows
  // 10 seconds at 36 an hour.
  expect(anna).toMatchObject({ items: 4, cost: { low: 100_000, high: 100_000 }, affordable: { low: 10, high: 10 } })
  expect(vlm).toMatchObject({ items: 3, source: { kind: 'table', asOf: '2025-06-03' }, paid: null })
  // 512 x 384 is one tile of gpt-4o: 255 tokens and some text, at 2.50 and 10 per million.
  const { usage, cost } = vlm!
  expect(usage!.low.input).toBeGreaterThan(255 + 20)
  expect(usage!.high).toEqual({ input: expect.any(Number), output: 100 })
  expect(cost.expected).toBe(Math.ceil(usage!.expected.input * 2.5 + usage!.expected.output * 10))
  expect(spent).toBe(0)
  const asked = Object.fromEntries(firstRound!.asks.map(({ annotator, questions: n }) => [annotator, n]))
  expect(asked['anna']).toBe(3)
  expect(asked['gpt']).toBeGreaterThanOrEqual(2)
})

test('larger pictures take more tokens, more bytes and more money, up to their own size', async () => {
  const [table] = (await estimateProject(projectOf(pictures()))).pictures
  const { rows, measured } = table!
  expect(measured).toBe(4)
  expect(rows.map(({ longestSide }) => longestSide)).toEqual([256, 384, 512, 768, 1024, null])
  // 1200 x 900 is shrunk to 1024 x 768 by gpt-4o itself: 4 tiles, as for the row before.
  expect(rows.map(({ tokens }) => tokens.expected)).toEqual([255, 255, 255, 765, 765, 765])
  expect(rows.filter(({ isConfigured }) => isConfigured).map(({ longestSide }) => longestSide)).toEqual([512])
  for (let i = 1; i < rows.length; i++) {
    expect(rows[i]!.bytes).toBeGreaterThan(rows[i - 1]!.bytes)
    expect(rows[i]!.cost.expected).toBeGreaterThanOrEqual(rows[i - 1]!.cost.expected)
  }
})

test('sizes that shrink no picture are one row, and what asks nothing has no table', async () => {
  const small = join(folder, 'small.png')
  await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .png()
    .toFile(small)
  const items: Item[] = [{ id: '0', source: { kind: 'image', path: small }, labels: {} }]
  const [table] = (await estimateProject(projectOf(items))).pictures
  expect(table!.rows).toEqual([expect.objectContaining({ longestSide: null, isConfigured: true })])

  const project = projectOf(items, modelsOf({ prompt: 'verify' }))
  const idle = { ...gpt, questions: [] }
  const only = { ...project, campaign: { ...project.campaign, annotators: [person, idle] } }
  const { rows, pictures: tables } = await estimateProject(only)
  expect(rows.map(({ annotator }) => annotator)).toEqual(['anna'])
  expect(tables).toEqual([])
})

test('samples and examples are paid for, texts have no table of pictures', async () => {
  const texts: Item[] = [{ id: 'a', source: { kind: 'text', text: 'It hums.' }, labels: {} }]
  const tokens = async (more: Partial<VlmConfig>): Promise<number> => {
    const { rows, pictures: tables } = await estimateProject(projectOf(texts, modelsOf(more)))
    expect(tables).toEqual([])
    return rows[1]!.usage!.expected.input
  }
  const once = await tokens({})
  expect(await tokens({ samples: 3 })).toBe(3 * once)
  expect(await tokens({ examples: 2 })).toBeGreaterThan(once)
})

test('a project that has begun tells what was really paid', async () => {
  const items = pictures()
  await store.registerItems(items)
  const key = { annotator: 'gpt', question: questions[0], attempt: 0 } as const
  const planned = [1, 2].map((item) => ({ ...key, item, reserved: 900, purpose: 'seed' as const }))
  await store.planRound(0, planned, 1_000_000)
  const how = { prompt: 'p', rule: 'json/exact', calls: 1, inputTokens: 300, outputTokens: 10 }
  const answer = { kind: 'label', label: 'bee' } as const
  await store.record([{ ...key, item: 1, answer, cost: 850, seconds: 1, how }])
  const { rows, firstRound, spent } = await estimateProject(projectOf(items))
  expect(firstRound).toBeNull()
  expect(spent).toBe(850)
  expect(rows[1]!.paid).toEqual({ answers: 1, cost: 850, tokens: { input: 300, output: 10 } })
})

test('whether a label is right is a row of its own where that is cheaper and the strategy asks it', async () => {
  const verifier: Annotator = { ...person, id: 'ben', verifies: true }
  const dear: Annotator = { ...verifier, id: 'cleo', price: { kind: 'answer', amount: 100_000 } }
  const project = projectOf(pictures())
  const withPeople = (strategy: string): Project => {
    const campaign = { ...project.campaign, annotators: [verifier, dear], plan: { ...project.campaign.plan, strategy } }
    return { ...project, campaign } as Project
  }
  const verify = { annotator: 'ben', question: { kind: 'verify', label: 'bee' }, attempt: 0 } as const
  const others = { ...verify, question: { kind: 'verify', label: 'moth' } } as const
  const planned = [verify, others].map((key, item) => ({ ...key, item, reserved: 1, purpose: 'learn' as const }))
  await store.planRound(1, planned, 1_000_000)
  const answer = { kind: 'verdict', approved: true } as const
  await store.record([
    { ...verify, item: 0, answer, cost: 20_000, seconds: 1 },
    { ...others, item: 1, answer, cost: 10_000, seconds: 1 },
  ])
  const { rows } = await estimateProject(withPeople('information'))
  expect(rows.map(({ annotator, question }) => `${annotator} ${question.kind}`)).toEqual([
    'ben classify',
    'ben verify',
    'cleo classify',
  ])
  // 2 seconds at 36 an hour; so far half of that was paid for one of two classes.
  expect(rows[1]).toMatchObject({ cost: { expected: 20_000 }, items: 4, paid: { answers: 2, cost: 15_000 } })
  expect((await estimateProject(withPeople('margin'))).rows.map(({ question }) => question.kind)).toEqual([
    'classify',
    'classify',
  ])
})
