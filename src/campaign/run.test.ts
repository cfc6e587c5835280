import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Annotator, ImmediateAnnotator } from '../annotators/annotator.ts'
import { makeHuman } from '../annotators/human.ts'
import { makeOracle } from '../annotators/oracle.ts'
import { toMicros } from '../core/money.ts'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { matrix } from '../tensor/matrix.ts'
import { runCampaign, type Outcome } from './run.ts'

let folder = ''
let store: Store
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
  store = await openSqliteStore(join(folder, 'ledger.sqlite'))
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const n = 60
const question = { kind: 'classify', level: 'class' } as const
const items = Array.from({ length: n }, (_, i) => {
  return { id: `item-${i}`, source: { kind: 'text', text: '' } as const, labels: { truth: i % 2 ? 'moth' : 'bee' } }
})

/** A model that bills fifty times what was reserved for its answers. */
const dear: ImmediateAnnotator = {
  kind: 'immediate',
  id: 'dear',
  price: { kind: 'answer', amount: toMicros(0.1) },
  questions: [question],
  trusted: false,
  concurrency: 2,
  knows: () => true,
  ask: async () => ({ answer: { kind: 'label', label: 'bee' }, cost: toMicros(5), seconds: null }),
}

const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
const features = matrix(
  n,
  1,
  Float32Array.from(items, (_, i) => (i % 2 ? 1 : -1)),
)
const pool = { features, folds: dealFolds(n, makeRng(1)), k: 2 }
const price = { kind: 'answer', amount: toMicros(1) } as const
const person = { id: 'person', price, questions: [question], trusted: true } as const

const spent = async () => (await store.spend()).reduce((sum, row) => sum + row.spent, 0) / 1e6

function run(budget: number, trusted: Annotator): Promise<Outcome> {
  const plan = { strategy: 'information', target: null, start: 20, auditItems: 0, rounds: Infinity, seed: 1 } as const
  return runCampaign(
    { store, items, taxonomy, pool, annotators: [trusted, dear], plan: { ...plan, budget: toMicros(budget) } },
    { clock: { now: () => 0 }, signal: new AbortController().signal },
  )
}

test('replies that cost more than was reserved pass the budget by those under way at most, and a higher one goes on', async () => {
  const oracle = makeOracle({ ...person, labels: 'truth', taxonomy, seed: 1 })
  expect(await run(40, oracle)).toEqual({ kind: 'finished', reason: 'budget-spent' })
  expect(await spent()).toBeLessThanOrEqual(40 + 2 * 5)
  expect((await store.openQuestions()).get('dear')).toBeGreaterThan(0)

  expect(await run(400, oracle)).toMatchObject({ kind: 'finished' })
  expect(await store.openQuestions()).toEqual(new Map())
  expect(await spent()).toBeLessThanOrEqual(400)
})

test('a model that has spent its money does not end the campaign while people have questions to answer', async () => {
  const outcome = await run(40, makeHuman(person))
  expect(outcome).toMatchObject({ kind: 'waiting' })
  const open = await store.openQuestions()
  expect([open.get('person'), open.get('dear')! > 0]).toEqual([20, true])
  // What people will answer is paid for.
  expect(await spent()).toBeLessThanOrEqual(40 - 20 + 2 * 5)
})
