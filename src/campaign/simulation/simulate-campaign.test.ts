import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeOracle, type OracleOptions } from '../../annotators/oracle.ts'
import { makeRng } from '../../core/rng.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import { matrix, rowsView } from '../../tensor/matrix.ts'
import type { CampaignPlan } from '../campaign.ts'
import { simulateCampaign, type Known, type SimulatedPoint } from './simulate-campaign.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

const [n, tests] = [60, 40]
const allTruth = Int32Array.from({ length: n + tests }, (_, i) => i % 2)
const [truth, testTruth] = [allTruth.subarray(0, n), allTruth.subarray(n)]
const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
const rng = makeRng(1, 'clouds')
const clouds = matrix(
  n + tests,
  1,
  Float32Array.from(allTruth, (y) => 2 * y - 1 + 0.8 * rng.normal()),
)
const features = rowsView(clouds, 0, n)
const test40 = { features: rowsView(clouds, n, n + tests), truth: testTruth }
const items = Array.from(truth, (y, i) => ({
  id: `item-${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: { truth: y ? 'moth' : 'bee' },
}))

interface Case {
  readonly known?: Known
  readonly isEnough?: (point: SimulatedPoint) => boolean
  readonly noise?: OracleOptions['noise']
  readonly strategy?: CampaignPlan['strategy']
  readonly id?: string
}

let stores = 0
/** Two clouds of items, and a person who knows them at 1 per answer. */
async function simulate({
  known = { truth, test: test40 },
  isEnough,
  noise = 0,
  strategy = 'margin',
  id = 'person',
}: Case) {
  const person = makeOracle({
    id,
    price: { kind: 'answer', amount: 1_000_000 },
    questions: [{ kind: 'classify', level: 'class' }],
    trusted: true,
    labels: 'truth',
    taxonomy,
    noise,
    seed: 1,
  })
  const unlimited = { budget: Infinity, target: null, start: 5, auditItems: 0, rounds: Infinity, seed: 1 }
  const plan: CampaignPlan = { strategy, ...unlimited }
  const store = await openSqliteStore(join(folder, `${stores++}.sqlite`))
  const pool = { features, folds: dealFolds(n, makeRng(1, 'folds')), k: 2 }
  try {
    const points = await simulateCampaign({ store, items, taxonomy, pool, annotators: [person], plan }, known, {
      clock: { now: () => 0 },
      signal: new AbortController().signal,
      ...(isEnough && { isEnough }),
    })
    return { points, answers: (await store.answers()).length }
  } finally {
    await store.close()
  }
}

test('a curve begins with nothing spent and nothing learned, and ends with every label bought and right', async () => {
  const { points } = await simulate({})
  expect(points[0]).toEqual({
    spent: 0,
    answers: {},
    poolAccuracy: 0.5,
    balancedPoolAccuracy: 0.5,
    testAccuracy: null,
    balancedAccuracy: null,
    macroF1: null,
  })
  const last = points.at(-1)!
  expect(last).toMatchObject({ spent: n, answers: { person: n }, poolAccuracy: 1, balancedPoolAccuracy: 1 })
  // Clouds two apart with a spread of 0.8: the best boundary is right on Φ(1 / 0.8) = 89 %, and 40 items wander by 5 %.
  expect(last.testAccuracy).toBeGreaterThan(0.75)
  expect(last.testAccuracy).toBeLessThan(1)
  for (let i = 1; i < points.length; i++) expect(points[i]!.spent).toBeGreaterThan(points[i - 1]!.spent)
})

test('a curve stops where it is good enough, and asks nothing further', async () => {
  const { points, answers } = await simulate({ isEnough: ({ poolAccuracy }) => poolAccuracy >= 0.7 })
  expect(points.at(-1)!.poolAccuracy).toBeGreaterThanOrEqual(0.7)
  expect(points.slice(0, -1).every(({ poolAccuracy }) => poolAccuracy < 0.7)).toBe(true)
  expect(points.at(-1)!.spent).toBe(answers)
  expect(answers).toBeLessThan(n)
})

test('what people say counts as given: with their errors the pool ends as wrong as they are', async () => {
  const { points } = await simulate({ noise: { kind: 'class-dependent', rates: [1, 0] } })
  expect(points.at(-1)).toMatchObject({ poolAccuracy: 0.5, balancedPoolAccuracy: 0.5, testAccuracy: 0.5 })
})

test('the same simulation gives the same curve', async () => {
  const [one, again] = [await simulate({ strategy: 'random' }), await simulate({ strategy: 'random' })]
  expect(one).toEqual(again)
})

test('without test items nothing is said about them', async () => {
  const { points } = await simulate({ known: { truth, test: null } })
  expect(points.every(({ testAccuracy, macroF1 }) => testAccuracy === null && macroF1 === null)).toBe(true)
})

test.for([
  { truth: new Int32Array(n).fill(-1), test: null },
  { truth, test: { ...test40, truth: new Int32Array(tests).fill(-1) } },
])('without any known truth there is no curve, and no money is spent to find out', async (known) => {
  await expect(simulate({ known })).rejects.toMatchObject({ code: 'no-truth' })
})

test.each(['constructor', '__proto__'])('the answers of somebody called %s are counted as well', async (id) => {
  const { points } = await simulate({ id, isEnough: ({ spent }) => spent >= 5 })
  expect(points.map(({ answers }) => Object.entries(answers))).toEqual([[], [[id, 5]]])
})
