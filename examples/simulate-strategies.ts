import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Noise } from '../src/annotators/oracle-noise.ts'
import { makeOracle } from '../src/annotators/oracle.ts'
import type { CampaignPlan } from '../src/campaign/campaign.ts'
import type { SimulatedCurve } from '../src/campaign/simulation/curve.ts'
import { longTail } from '../src/campaign/simulation/imbalance.ts'
import { lookAlikes } from '../src/campaign/simulation/look-alikes.ts'
import { renderSimulationReport } from '../src/campaign/simulation/report/render-simulation-report.ts'
import { simulateCampaign } from '../src/campaign/simulation/simulate-campaign.ts'
import { summarize } from '../src/campaign/simulation/summary.ts'
import { toMicros } from '../src/core/money.ts'
import { makeRng } from '../src/core/rng.ts'
import { makeTaxonomy } from '../src/core/taxonomy.ts'
import { dealFolds } from '../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../src/learners/prepare-features.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { gatherRows, matrix } from '../src/tensor/matrix.ts'

// What three strategies cost on a long tail of known labels: a person at 1 an answer, and a model at 0.02 that confuses look-alikes.
// Run: node examples/simulate-strategies.ts (Node 22.18 or newer)

const [n, d, k] = [1200, 8, 6]
const names = ['bee', 'wasp', 'moth', 'beetle', 'spider', 'ladybird']
const taxonomy = makeTaxonomy(names.map((name) => ({ name })))
const everything = Int32Array.from({ length: n }, (_, i) => i % k)
const points = await prepareFeatures(drawFeatures(), makeRng(1, 'features'))

const tail = longTail(everything, k, 10, makeRng(1, 'tail'))
const truth = tail.map((i) => everything[i]!)
const items = Array.from(truth, (y, i) => ({
  id: `${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: { truth: names[y]! },
}))
const features = gatherRows(points, tail)
const confusable = lookAlikes(features, truth, k)

const folder = await mkdtemp(join(tmpdir(), 'labelwright-example-'))
try {
  const curves: SimulatedCurve[] = []
  for (const strategy of ['information', 'margin', 'random'] as const)
    for (const seed of [1, 2, 3]) curves.push({ strategy, seed, points: await simulate(strategy, seed) })

  const targets = [0.8, 0.9]
  for (const { strategy, toTargets } of summarize(curves, { metric: 'balancedPoolAccuracy', targets })) {
    const costs = toTargets.map(
      ({ target, reached, money }) => `${money?.mean.toFixed(0) ?? 'never'} to ${target} (${reached} of 3 seeds)`,
    )
    console.log(`${strategy}: ${costs.join(', ')}`)
  }
  const path = join(folder, 'simulation.html')
  const settings = [{ name: 'Pool', value: `${tail.length} points, long tail by 10` }]
  const page = {
    title: 'Insects',
    currency: 'units',
    curves,
    metric: 'balancedPoolAccuracy',
    targets,
    settings,
  } as const
  await writeFile(path, renderSimulationReport({ ...page, reference: 'random' })) // keep it elsewhere to look at it
} finally {
  await rm(folder, { recursive: true })
}

async function simulate(strategy: CampaignPlan['strategy'], seed: number) {
  const store = await openSqliteStore(join(folder, `${strategy}-${seed}.sqlite`))
  const annotators = [
    annotator('person', { price: 1, trusted: true, noise: 0 }, seed),
    annotator('model', { price: 0.02, trusted: false, noise: { kind: 'look-alike', rate: 0.3, confusable } }, seed),
  ]
  const plan: CampaignPlan = {
    strategy,
    budget: toMicros(150),
    target: null,
    start: 20,
    auditItems: 0,
    rounds: 50,
    seed,
  }
  const pool = { features, folds: dealFolds(items.length, makeRng(seed, 'folds')), k }
  try {
    return await simulateCampaign(
      { store, items, taxonomy, pool, annotators, plan },
      { truth, test: null },
      { clock: { now: () => Date.now() }, signal: new AbortController().signal },
    )
  } finally {
    await store.close()
  }
}

interface Trade {
  readonly price: number
  readonly trusted: boolean
  readonly noise: Noise
}

function annotator(id: string, { price, trusted, noise }: Trade, seed: number) {
  const questions = [{ kind: 'classify', level: 'class' } as const]
  const amount = toMicros(price)
  return makeOracle({
    id,
    price: { kind: 'answer', amount },
    questions,
    trusted,
    labels: 'truth',
    taxonomy,
    noise,
    seed,
  })
}

/** Overlapping clouds of points, one per class. */
function drawFeatures() {
  const rng = makeRng(1, 'points')
  const centres = Float32Array.from({ length: k * d }, () => 0.9 * rng.normal())
  return matrix(
    n,
    d,
    Float32Array.from(
      { length: n * d },
      (_, at) => centres[everything[Math.floor(at / d)]! * d + (at % d)]! + rng.normal(),
    ),
  )
}
