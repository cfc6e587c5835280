import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ImmediateAnnotator } from '../annotators/annotator.ts'
import { makeOracle } from '../annotators/oracle.ts'
import { toMicros } from '../core/money.ts'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { matrix } from '../tensor/matrix.ts'
import { runCampaign } from './run.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterEach(() => rm(folder, { recursive: true }))

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

test('replies that cost more than was reserved pass the budget by those under way at most, and a higher one goes on', async () => {
  const store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
  const price = { kind: 'answer', amount: toMicros(1) } as const
  const person = makeOracle({
    id: 'person',
    price,
    questions: [question],
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })
  const features = matrix(
    n,
    1,
    Float32Array.from(items, (_, i) => (i % 2 ? 1 : -1)),
  )
  const pool = { features, folds: dealFolds(n, makeRng(1)), k: 2 }
  const run = (budget: number) =>
    runCampaign(
      {
        store,
        items,
        taxonomy,
        pool,
        annotators: [person, dear],
        plan: {
          strategy: 'information',
          budget: toMicros(budget),
          target: null,
          start: 20,
          auditItems: 0,
          rounds: Infinity,
          seed: 1,
        },
      },
      { clock: { now: () => 0 }, signal: new AbortController().signal },
    )
  const spent = async () => (await store.spend()).reduce((sum, row) => sum + row.spent, 0) / 1e6
  try {
    expect(await run(40)).toEqual({ kind: 'finished', reason: 'budget-spent' })
    expect(await spent()).toBeLessThanOrEqual(40 + 2 * 5)
    expect((await store.openQuestions()).get('dear')).toBeGreaterThan(0)

    expect(await run(400)).toMatchObject({ kind: 'finished' })
    expect(await store.openQuestions()).toEqual(new Map())
    expect(await spent()).toBeLessThanOrEqual(400)
  } finally {
    await store.close()
  }
})
