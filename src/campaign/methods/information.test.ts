import { expect, test } from 'vitest'
import { makeOracle } from '../../annotators/oracle.ts'
import { toMicros } from '../../core/money.ts'
import { makeRng } from '../../core/rng.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import { matrix, row } from '../../tensor/matrix.ts'
import type { Campaign } from '../campaign.ts'
import { runCampaign, type Turn } from '../run.ts'
import { simulateCampaign } from '../simulation/simulate-campaign.ts'

const [n, k, d] = [240, 6, 8]
const taxonomy = makeTaxonomy(Array.from({ length: k }, (_, y) => ({ name: `class ${y}` })))
const question = { kind: 'classify', level: 'class' } as const
const rng = makeRng(1, 'world')
const truth = Int32Array.from({ length: n }, () => rng.below(k))
const features = matrix(
  n,
  d,
  Float32Array.from({ length: n * d }, () => 0.35 * rng.normal()),
)
truth.forEach((y, i) => (row(features, i)[y]! += 0.6))
const items = Array.from(truth, (y, i) => ({
  id: `item ${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: { truth: `class ${y}` },
}))
const person = (id: string, verify: number) =>
  makeOracle({
    id,
    price: { kind: 'answer', amount: toMicros(1), verify: toMicros(verify) },
    questions: [question],
    verifies: true,
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })
const model = makeOracle({
  id: 'model',
  price: { kind: 'answer', amount: toMicros(0.02) },
  questions: [question],
  trusted: false,
  labels: 'truth',
  taxonomy,
  noise: 0.1,
  seed: 1,
})
const hooks = { clock: { now: () => 0 }, signal: new AbortController().signal }

async function campaign(budget: number, annotators: Campaign['annotators']) {
  const plan = { strategy: 'information', target: null, start: 24, auditItems: 0, rounds: Infinity, seed: 1 } as const
  const pool = { features, folds: dealFolds(n, makeRng(1)), k }
  const store = await openSqliteStore(':memory:')
  return { store, items, taxonomy, pool, annotators, plan: { ...plan, budget: toMicros(budget) } } satisfies Campaign
}

test('people say yes or no where that is cheaper, what they say is true, and the budget holds', async () => {
  const asked = await campaign(60, [person('anna', 0.25), person('ben', 0.25)])
  let last: Turn | undefined
  await runCampaign(asked, { ...hooks, onTurn: (turn) => void (last = turn) })
  const { ledger, hearing } = last!.standing
  const verdicts = ledger.filter(({ answer }) => answer.kind === 'verdict')
  expect(verdicts.length).toBeGreaterThan(60)
  expect(new Set(verdicts.map(({ annotator }) => annotator)).size).toBe(2)
  expect(ledger.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(toMicros(60))
  expect([...hearing.trusted].every((label, i) => label < 0 || label === truth[i])).toBe(true)
  expect([...hearing.denied].every(([i, classes]) => !classes.has(truth[i]!))).toBe(true)
  await asked.store.close()
})

test('cheaper verdicts buy more right labels for the same money', async () => {
  const right = async (verify: number): Promise<number> => {
    const played = await campaign(60, [person('anna', verify)])
    const points = await simulateCampaign(played, { truth, test: null }, hooks)
    await played.store.close()
    return points.at(-1)!.poolAccuracy
  }
  expect(await right(0.25)).toBeGreaterThan((await right(1)) + 0.03)
})

test('nobody is asked for a verdict that costs as much as the class', async () => {
  const asked = await campaign(50, [person('anna', 1)])
  await runCampaign(asked, hooks)
  expect((await asked.store.answers()).every(({ question: { kind } }) => kind === 'classify')).toBe(true)
  await asked.store.close()
})

test('a cheap model that could not be judged at the start is heard on until it can be', async () => {
  const asked = await campaign(60, [person('anna', 0.25), model])
  let rounds = 0
  await runCampaign(asked, { ...hooks, onTurn: () => void rounds++ })
  const heard = (await asked.store.answers()).filter(({ annotator }) => annotator === 'model')
  expect(new Set(heard.map(({ round }) => round)).size).toBeGreaterThan(1)
  await asked.store.close()
})
