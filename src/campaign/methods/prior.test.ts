import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ImmediateAnnotator } from '../../annotators/annotator.ts'
import { makeOracle } from '../../annotators/oracle.ts'
import type { Answer } from '../../core/answer.ts'
import type { Item } from '../../core/item.ts'
import { toMicros } from '../../core/money.ts'
import { makeRng } from '../../core/rng.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import { matrix } from '../../tensor/matrix.ts'
import type { StrategyName } from '../../strategies/strategies.ts'
import { simulateCampaign, type SimulatedPoint } from '../simulation/simulate-campaign.ts'
import type { PriorOptions } from './options.ts'

let folder = ''
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'labelwright-'))))
afterEach(() => rm(folder, { recursive: true }))

const taxonomy = makeTaxonomy(['bee', 'wasp', 'moth', 'butterfly', 'beetle', 'ladybird'].map((name) => ({ name })))
const question = { kind: 'classify', level: 'class' } as const
const names = taxonomy.levels[0]!.classes.map(({ name }) => name)
const k = names.length
/** A long tail: 160 items of the first class, 5 of the last. */
const truth = Int32Array.from([160, 80, 40, 20, 10, 5].flatMap((count, y) => Array.from({ length: count }, () => y)))
const n = truth.length
const items: Item[] = Array.from(truth, (y, i) => {
  return { id: `item-${i}`, source: { kind: 'text', text: '' }, labels: { truth: names[y]! } }
})

/** Clusters in eight dimensions, their means two and a half standard deviations apart. */
function clusters() {
  const rng = makeRng(4, 'clusters')
  const features = matrix(n, 8)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < 8; j++) features.data[8 * i + j] = 0.35 * (rng.normal() + (truth[i] === j ? 1.8 : 0))
  }
  return features
}
const pool = { features: clusters(), folds: dealFolds(n, makeRng(1, 'folds')), k }

const person = makeOracle({
  id: 'person',
  price: { kind: 'answer', amount: toMicros(1) },
  questions: [question],
  trusted: true,
  labels: 'truth',
  taxonomy,
  seed: 1,
})
const free = { kind: 'answer', amount: 1 } as const

/** Takes one item in eight for its look-alike: a wasp for a bee, a butterfly for a moth. */
const decent = makeOracle({
  id: 'model',
  price: free,
  questions: [question],
  trusted: false,
  labels: 'truth',
  taxonomy,
  seed: 1,
  noise: { kind: 'look-alike', rate: 0.12, confusable: Int32Array.of(0, 0, 1, 1, 2, 2) },
})

/** A model that sees the true class and says what it likes. */
function speaking(answer: (y: number, i: number) => Answer): ImmediateAnnotator {
  return {
    ...decent,
    ask: async ({ id }) => {
      const i = Number(id.slice('item-'.length))
      return { answer: answer(truth[i]!, i), cost: 1, seconds: null }
    },
  }
}

interface Run {
  readonly strategy?: StrategyName
  readonly model?: ImmediateAnnotator
  readonly prior?: PriorOptions
  readonly labels?: number
  /** Of a model's answer. Default: almost nothing. */
  readonly price?: number
}

let runs = 0
async function run({
  strategy = 'prior',
  model: said = decent,
  prior = {},
  labels = 90,
  price,
}: Run): Promise<SimulatedPoint[]> {
  const store = await openSqliteStore(join(folder, `${runs++}.sqlite`))
  const model = price === undefined ? said : { ...said, price: { kind: 'answer', amount: toMicros(price) } as const }
  const plan = { target: null, start: 30, auditItems: 0, rounds: Infinity, seed: 2, batch: { least: 15, share: 0 } }
  try {
    return await simulateCampaign(
      {
        store,
        items,
        taxonomy,
        pool,
        annotators: [person, model],
        plan: { ...plan, strategy, prior, budget: toMicros(labels + 0.5) },
      },
      { truth, test: null },
      { clock: { now: () => 0 }, signal: new AbortController().signal },
    )
  } finally {
    await store.close()
  }
}

const balanced = (points: SimulatedPoint[]): number => points.at(-1)!.balancedPoolAccuracy

test('with a decent model, half as many labels of people give a better labelled long tail than margin', async () => {
  const [alone, helped] = [await run({ strategy: 'margin', labels: 90 }), await run({ labels: 45 })]
  expect(balanced(helped)).toBeGreaterThan(balanced(alone))
  expect(helped.at(-1)!.answers).toEqual({ person: 45, model: n })
})

test('where the model calls a rare class what is not, the guard asks people and labels better than the rule alone', async () => {
  // All moths and half the butterflies are ladybirds to it, so that one of eleven ladybirds is one.
  const wrong = speaking((y, i) => ({ kind: 'label', label: y === 2 || (y === 3 && i % 2) ? 'ladybird' : names[y]! }))
  const [guarded, bare] = [
    await run({ model: wrong, labels: 60 }),
    await run({ model: wrong, labels: 60, prior: { guard: false } }),
  ]
  expect(balanced(guarded)).toBeGreaterThan(balanced(bare))
})

test('a model that guesses costs little, and much without the guard', async () => {
  const rng = makeRng(8, 'guess')
  const guesses = Array.from({ length: n }, () => names[rng.below(k)]!)
  const model = speaking((_, i) => ({ kind: 'label', label: guesses[i]! }))
  const alone = await run({ strategy: 'margin', labels: 60 })
  const [guarded, bare] = [await run({ model, labels: 60 }), await run({ model, labels: 60, prior: { guard: false } })]
  expect(balanced(guarded)).toBeGreaterThan(balanced(alone) - 0.1)
  expect(balanced(bare)).toBeLessThan(balanced(guarded) - 0.1)
})

test('a model that wants examples is asked about the rest of the pool once people gave some', async () => {
  const points = await run({ model: { ...decent, wantsExamples: true }, labels: 45 })
  expect(points.map(({ answers }) => answers['model'] ?? 0)).toEqual([0, 0, n - 30])
  expect(balanced(points)).toBeGreaterThan(0.8)
})

test('where the money does not pay for the whole pool, people are asked as ever, and the model about a part of it', async () => {
  const paid = {
    ...decent,
    ask: async (...asked: Parameters<typeof decent.ask>) => ({ ...(await decent.ask(...asked)), cost: toMicros(0.4) }),
  }
  // 315 answers at 0.4 are 126, more than the 80 there are.
  const points = await run({ model: paid, labels: 80, price: 0.4 })
  expect(points[1]!.answers).toEqual({ person: 30 })
  expect(points.at(-1)!.answers['person']).toBeGreaterThan(50)
  expect(points.at(-1)!.answers['model']).toBeGreaterThan(20)
})

test('a model that knows a tenth of the pool helps there, and elsewhere nothing is taken from it', async () => {
  const partial = { ...decent, knows: ({ id }: Item) => Number(id.slice('item-'.length)) % 10 === 0 }
  const alone = await run({ strategy: 'margin', labels: 60 })
  expect(balanced(await run({ model: partial, labels: 60 }))).toBeGreaterThan(balanced(alone) - 0.1)
})

test('without an untrusted annotator there is no prior, and the message says how to mend it', async () => {
  const model = { ...decent, trusted: true }
  await expect(run({ model })).rejects.toMatchObject({
    code: 'no-foundation',
    fix: expect.stringContaining('Add a model'),
  })
})
