import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Annotator, ImmediateAnnotator } from '../annotators/annotator.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { matrix } from '../tensor/matrix.ts'
import { askOpenQuestions } from './ask.ts'

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

const n = 50
const items = Array.from({ length: n }, (_, i) => ({
  id: `${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: {},
}))
const question = { kind: 'classify', level: 'class' } as const
const traits = { price: { kind: 'answer', amount: 1 }, questions: [question] } as const
const person: Annotator = { ...traits, kind: 'queued', id: 'person', trusted: true }
const answer = { kind: 'label', label: 'bee' } as const

function model(cost: number, traitsOfIts: Partial<ImmediateAnnotator> = {}): ImmediateAnnotator {
  const ask = async () => ({ answer, cost, seconds: null })
  return {
    ...traits,
    kind: 'immediate',
    id: 'model',
    trusted: false,
    concurrency: 8,
    knows: () => true,
    ask,
    ...traitsOfIts,
  }
}

/** Puts as many questions as there are items to each, reserves one coin for every answer, and asks. */
async function asking(annotators: readonly Annotator[], budget: number): Promise<boolean> {
  await store.registerItems(items)
  const planned = annotators.flatMap(({ id }) =>
    items.map((_, item) => ({ item, annotator: id, question, attempt: 0, reserved: 1, purpose: 'seed' as const })),
  )
  await store.planRound(0, planned, Infinity)
  const taxonomy = makeTaxonomy([{ name: 'bee' }])
  const pool = { features: matrix(n, 1), folds: new Int32Array(n), k: 1 }
  const plan = { strategy: 'random', budget, target: null, start: n, auditItems: 0, rounds: 1, seed: 1 } as const
  const hooks = { clock: { now: () => 0 }, signal: new AbortController().signal }
  return askOpenQuestions({ store, items, taxonomy, pool, annotators, plan }, hooks)
}
const spentBy = async (id: string): Promise<number> =>
  (await store.spend()).reduce((sum, { annotator, spent }) => sum + (annotator === id ? spent : 0), 0)

test('a model that costs more than was planned does not spend what is promised to people', async () => {
  expect(await asking([person, model(2, { mostCost: () => 2 })], 100)).toBe(true)
  expect(await spentBy('model')).toBe(50)
})

test('an answer that may cost far more than is usual is asked for while the budget would pay for that', async () => {
  expect(await asking([model(1, { mostCost: () => 30 })], 60)).toBe(true)
  // While more than 30 coins are left, the next may cost 30 of them.
  expect(await spentBy('model')).toBe(31)
})

test('once an answer has cost more than it could at most, the next are believed to cost as much', async () => {
  expect(await asking([model(10)], 100)).toBe(true)
  expect(await spentBy('model')).toBeLessThanOrEqual(100)
})
