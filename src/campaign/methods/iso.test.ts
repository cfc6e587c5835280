import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeOracle } from '../../annotators/oracle.ts'
import { toMicros } from '../../core/money.ts'
import { makeRng } from '../../core/rng.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import type { LedgerEntry } from '../../store/store.ts'
import { argmaxRows, matrix, row } from '../../tensor/matrix.ts'
import type { Campaign, CampaignPlan } from '../campaign.ts'
import { runCampaign, type Turn } from '../run.ts'
import { isTwoLevel } from './iso/believe-two-levels.ts'
import type { IsoOptions } from './options.ts'

let folder = ''
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'labelwright-'))))
afterEach(() => rm(folder, { recursive: true }))

const [n, d] = [240, 6]
const taxonomy = makeTaxonomy(
  ['beetle', 'moth', 'bee'].map((name) => ({
    name,
    classes: ['a', 'b', 'c'].map((kind) => ({ name: `${name} ${kind}` })),
  })),
)
const rng = makeRng(1, 'world')
const truth = Int32Array.from({ length: n }, () => rng.below(taxonomy.k))
const features = matrix(n, d)
truth.forEach((y, i) => {
  const x = row(features, i)
  for (let f = 0; f < d; f++) x[f] = 0.25 * rng.normal()
  x[Math.floor(y / 3)]! += 0.7
  x[3 + (y % 3)]! += 0.7
})
const pool = { features, folds: dealFolds(n, makeRng(1)), k: taxonomy.k }
const items = Array.from(truth, (y, i) => ({
  id: `item-${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: { truth: taxonomy.levels.at(-1)!.classes[y]!.name },
}))

const answers = { labels: 'truth', taxonomy, seed: 1 } as const
const asks = (level: string) => [{ kind: 'classify', level }] as const
const costs = (amount: number) => ({ kind: 'answer', amount: toMicros(amount) }) as const
const person = makeOracle({ ...answers, id: 'person', price: costs(1), questions: asks('class'), trusted: true })
const model = (level: string) =>
  makeOracle({ ...answers, id: 'vlm', price: costs(0.05), questions: asks(level), trusted: false, noise: 0.2 })

interface Run {
  readonly ledger: readonly LedgerEntry[]
  readonly turns: readonly Turn[]
}

/** One campaign after another on the same store, with as many rounds as each number says. */
async function run(iso: IsoOptions, rounds: readonly number[], annotators = [person, model('group')]): Promise<Run> {
  const store = await openSqliteStore(join(folder, `${rounds.join('-')}.sqlite`))
  const turns: Turn[] = []
  for (const upTo of rounds) {
    const plan: CampaignPlan = {
      strategy: 'iso',
      iso,
      target: null,
      start: 30,
      auditItems: 0,
      rounds: upTo,
      seed: 1,
      budget: toMicros(80),
    }
    const campaign: Campaign = { store, items, taxonomy, pool, annotators, plan }
    await runCampaign(campaign, {
      clock: { now: () => 0 },
      signal: new AbortController().signal,
      onTurn: (turn) => void turns.push(turn),
    })
  }
  const ledger = await store.answers()
  await store.close()
  return { ledger, turns }
}

const shareRight = ({ posterior }: Turn): number => argmaxRows(posterior).filter((y, i) => y === truth[i]).length / n
const learnt = ({ ledger }: Run, id: string): readonly LedgerEntry[] =>
  ledger.filter(({ annotator, purpose }) => annotator === id && purpose === 'learn')
const spent = (entries: readonly LedgerEntry[]): number => entries.reduce((sum, { cost }) => sum + cost, 0)

test('people and a model that errs about coarse classes are both asked, within the money, and labels become better', async () => {
  const all = await run({}, [Infinity])
  expect(spent(all.ledger)).toBeLessThanOrEqual(toMicros(80))
  expect(learnt(all, 'person').length).toBeGreaterThan(10)
  expect(learnt(all, 'vlm').length).toBeGreaterThan(10)
  const seeds = all.ledger.filter(({ purpose }) => purpose === 'seed')
  expect(seeds.map(({ annotator }) => annotator).filter((id) => id === 'vlm')).toHaveLength(30)
  expect(shareRight(all.turns.at(-1)!)).toBeGreaterThan(shareRight(all.turns[1]!) + 0.03)
  const { posterior } = all.turns.at(-1)!
  for (const { annotator, item } of all.ledger)
    if (annotator === 'person') expect(row(posterior, item)[truth[item]!]).toBe(1)
})

test('a campaign that is cut into pieces decides as one that was not', async () => {
  expect((await run({}, [1, 2, 4])).ledger).toEqual((await run({}, [4])).ledger)
})

test.each<[string, IsoOptions, Partial<{ level: string }>]>([
  ['the model names fine classes', {}, { level: 'class' }],
  ['the matrix is counted plainly, and from the start alone', { matrix: 'plain', refresh: false }, {}],
  ['what the model says is taken as it is', { matrix: 'none' }, {}],
  ['uncertainty is entropy', { uncertainty: 'entropy' }, {}],
  ['shares follow estimated gains', { choice: 'apfwa' }, {}],
])('it works where %s', async (_, iso, { level = 'group' }) => {
  const all = await run(iso, [4], [person, model(level)])
  expect(all.turns.at(-1)!.standing.round).toBe(4)
  expect(learnt(all, 'person').length + learnt(all, 'vlm').length).toBeGreaterThan(10)
  expect(shareRight(all.turns.at(-1)!)).toBeGreaterThan(0.4)
})

test('where the ratio is fixed, the model gets its share of the money', async () => {
  const all = await run({ choice: 'fixed-ratio', weakShare: 0.2 }, [4])
  expect(spent(learnt(all, 'vlm')) / (spent(learnt(all, 'vlm')) + spent(learnt(all, 'person')))).toBeCloseTo(0.2, 2)
})

test('answers that name no class are paid for, counted apart, and teach nothing', async () => {
  const silent = {
    ...model('group'),
    ask: async () => ({ answer: { kind: 'abstain', reason: 'blurred' }, cost: 50_000, seconds: null }) as const,
  }
  const all = await run({}, [4], [person, silent])
  const { turns, ledger } = all
  const { belief } = turns.at(-1)!.standing
  expect(isTwoLevel(belief) && belief.unusable).toBe(ledger.filter(({ annotator }) => annotator === 'vlm').length)
  // Half as much while each answer was taken for a label.
  expect(spent(learnt(all, 'vlm'))).toBeLessThan(0.2 * spent(learnt(all, 'person')))
})

test('people alone, or a name that nobody untrusted has, are refused with a way out', async () => {
  const refusal = expect.objectContaining({ code: 'no-weak-annotator' })
  await expect(run({}, [1], [person])).rejects.toEqual(refusal)
  await expect(run({ annotator: 'person' }, [2])).rejects.toEqual(refusal)
})

test('of several models, the one with the coarsest classes is asked, then the cheapest', async () => {
  const named = (id: string, level: string, price: number) =>
    makeOracle({ ...answers, id, price: costs(price), questions: asks(level), trusted: false })
  const crowd = [person, named('fine', 'class', 0.01), named('dear', 'group', 0.1), named('cheap', 'group', 0.05)]
  const { ledger } = await run({ choice: 'fixed-ratio' }, [3], crowd)
  const asked = ledger.filter(({ purpose }) => purpose === 'learn').map(({ annotator }) => annotator)
  expect(new Set(asked)).toEqual(new Set(['person', 'cheap']))
})
