import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeOracle } from '../../annotators/oracle.ts'
import { toMicros } from '../../core/money.ts'
import { makeRng } from '../../core/rng.ts'
import { fineLevel, makeTaxonomy, type ClassSpec } from '../../core/taxonomy.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import type { LedgerEntry } from '../../store/store.ts'
import { matrix } from '../../tensor/matrix.ts'
import type { CampaignPlan } from '../campaign.ts'
import { runCampaign } from '../run.ts'

let folder = ''
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'labelwright-'))))
afterEach(() => rm(folder, { recursive: true }))

interface World {
  readonly classes: readonly ClassSpec[]
  /** Levels at which models are asked. */
  readonly models: readonly string[]
  readonly plan: Partial<CampaignPlan> & Pick<CampaignPlan, 'strategy'>
  /** A campaign is stopped after so many rounds, and goes on. */
  readonly rounds?: readonly number[]
}

async function play({ classes, models, plan, rounds = [Infinity] }: World): Promise<readonly LedgerEntry[]> {
  const taxonomy = makeTaxonomy(classes)
  const { k } = taxonomy
  const [n, rng] = [60, makeRng(1)]
  const features = matrix(n, 4)
  for (let at = 0; at < features.data.length; at++) features.data[at] = 0.3 * rng.normal()
  const items = Array.from({ length: n }, (_, i) => {
    features.data[4 * i + (i % k)]! += 1
    const label = fineLevel(taxonomy).classes[i % k]!.name
    return { id: `item-${i}`, source: { kind: 'text', text: '' } as const, labels: { truth: label } }
  })
  const oracle = (id: string, level: string, amount: number, trusted: boolean) =>
    makeOracle({
      id,
      price: { kind: 'answer', amount: toMicros(amount) },
      questions: [{ kind: 'classify', level }],
      trusted,
      labels: 'truth',
      taxonomy,
      seed: 1,
      noise: trusted ? 0 : 0.2,
    })
  const annotators = [
    oracle('person', fineLevel(taxonomy).name, 1, true),
    ...models.map((level, m) => oracle(`model-${m}`, level, 0.1 + m / 100, false)),
  ]
  const store = await openSqliteStore(join(folder, `${rounds.join('-')}.sqlite`))
  try {
    for (const upTo of rounds) {
      await runCampaign(
        {
          store,
          items,
          taxonomy,
          annotators,
          pool: { features, folds: dealFolds(n, makeRng(1)), k },
          plan: { target: null, start: 10, auditItems: 0, seed: 1, budget: toMicros(40), ...plan, rounds: upTo },
        },
        { clock: { now: () => 0 }, signal: new AbortController().signal },
      )
    }
    return await store.answers()
  } finally {
    await store.close()
  }
}

const spent = (ledger: readonly LedgerEntry[]): number => ledger.reduce((sum, { cost }) => sum + cost, 0)
const flat = ['bee', 'moth', 'ant'].map((name) => ({ name }))
const strategies = ['iso', 'prior'] as const

test.each(strategies)('%s goes on after a stop as if there had been none', async (strategy) => {
  const world = { classes: flat, models: ['class'], plan: { strategy } }
  expect(await play({ ...world, rounds: [1, 2, 4] })).toEqual(await play({ ...world, rounds: [4] }))
})

test.each(strategies)('%s labels a pool of one class within the money', async (strategy) => {
  const ledger = await play({ classes: [{ name: 'bee' }], models: ['class'], plan: { strategy } })
  expect(ledger.length).toBeGreaterThan(10)
  expect(spent(ledger)).toBeLessThanOrEqual(toMicros(40))
})

test.each(strategies)('%s ends where everything is labelled and money is left', async (strategy) => {
  const ledger = await play({ classes: flat, models: ['class'], plan: { strategy, budget: toMicros(500) } })
  expect(new Set(ledger.filter(({ annotator }) => annotator === 'person').map(({ item }) => item)).size).toBe(60)
})

test.each(strategies)('%s asks one of two models, and no level of one class', async (strategy) => {
  const classes = [{ name: 'insect', classes: flat }]
  const ledger = await play({ classes, models: ['group', 'class', 'class'], plan: { strategy } })
  expect(new Set(ledger.map(({ annotator }) => annotator))).toEqual(new Set(['person', 'model-1']))
})

test.each(strategies)('%s ends with a budget of one answer', async (strategy) => {
  const ledger = await play({ classes: flat, models: ['class'], plan: { strategy, budget: toMicros(1.05) } })
  expect(ledger.map(({ annotator }) => annotator)).toEqual(['person'])
})
