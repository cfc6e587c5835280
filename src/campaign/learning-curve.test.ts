import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeOracle } from '../annotators/oracle.ts'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { matrix } from '../tensor/matrix.ts'
import type { CampaignPlan } from './campaign.ts'
import { learningCurve, moneyToReach, shareRight } from './learning-curve.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

const n = 60
const truth = Int32Array.from({ length: n }, (_, i) => i % 2)

/** Two clouds of items, and a person who knows them at 1 per answer. */
async function curve(name: string, known: Int32Array, enough?: number) {
  const rng = makeRng(1, 'curve')
  const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
  const items = Array.from(truth, (y, i) => ({
    id: `item-${i}`,
    source: { kind: 'text', text: '' } as const,
    labels: { truth: y ? 'moth' : 'bee' },
  }))
  const features = matrix(
    n,
    1,
    Float32Array.from(truth, (y) => 2 * y - 1 + 0.8 * rng.normal()),
  )
  const person = makeOracle({
    id: 'person',
    price: { kind: 'answer', amount: 1_000_000 },
    questions: [{ kind: 'classify', level: 'class' }],
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })
  const plan: CampaignPlan = {
    strategy: 'margin',
    budget: Infinity,
    target: null,
    start: 5,
    auditItems: 0,
    rounds: Infinity,
    seed: 1,
  }
  const store = await openSqliteStore(join(folder, `${name}.sqlite`))
  const pool = { features, folds: dealFolds(n, rng), k: 2 }
  try {
    const points = await learningCurve({ store, items, taxonomy, pool, annotators: [person], plan }, known, {
      clock: { now: () => 0 },
      signal: new AbortController().signal,
      ...(enough === undefined ? {} : { enough }),
    })
    return { points, answers: (await store.answers()).length }
  } finally {
    await store.close()
  }
}

test('a curve begins with nothing spent and ends with every label bought and right', async () => {
  const { points } = await curve('whole', truth)
  expect(points[0]).toEqual({ spent: 0, accuracy: 0.5 })
  expect(points.at(-1)!.accuracy).toBe(1)
  for (let i = 1; i < points.length; i++) expect(points[i]!.spent).toBeGreaterThan(points[i - 1]!.spent)
})

test('a curve stops where it is good enough, and asks nothing further', async () => {
  const { points, answers } = await curve('enough', truth, 0.7)
  expect(points.at(-1)!.accuracy).toBeGreaterThanOrEqual(0.7)
  expect(points.slice(0, -1).every(({ accuracy }) => accuracy < 0.7)).toBe(true)
  expect(points.at(-1)!.spent).toBe(answers)
  expect(answers).toBeLessThan(n)
})

test('without any known truth there is no curve, and no money is spent to find out', async () => {
  await expect(curve('blind', new Int32Array(n).fill(-1))).rejects.toMatchObject({ code: 'no-truth' })
})

test('only items of known truth count', () => {
  expect(shareRight(Int32Array.of(0, 1, 1, 0), Int32Array.of(0, 0, 1, -1))).toBeCloseTo(2 / 3, 12)
})

test('the money to reach an accuracy lies on the line between two points', () => {
  const points = [
    { spent: 0, accuracy: 0.1 },
    { spent: 10, accuracy: 0.5 },
    { spent: 20, accuracy: 0.4 },
    { spent: 30, accuracy: 0.9 },
  ]
  expect(moneyToReach(points, 0.05)).toBe(0)
  expect(moneyToReach(points, 0.3)).toBeCloseTo(5, 12)
  expect(moneyToReach(points, 0.5)).toBe(10)
  expect(moneyToReach(points, 0.65)).toBeCloseTo(25, 12)
  expect(moneyToReach(points, 0.95)).toBeNull()
  expect(moneyToReach([], 0.5)).toBeNull()
})
