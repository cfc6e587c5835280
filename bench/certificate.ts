import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImmediateAnnotator } from '../src/annotators/annotator.ts'
import { makeOracle } from '../src/annotators/oracle.ts'
import { expectedAccuracy } from '../src/campaign/belief.ts'
import type { CampaignPlan } from '../src/campaign/campaign.ts'
import { clopperPearsonLower } from '../src/campaign/certificate.ts'
import { runCampaign, type Turn } from '../src/campaign/run.ts'
import { shareRight } from '../src/campaign/simulation/scores.ts'
import type { Item } from '../src/core/item.ts'
import { toMicros } from '../src/core/money.ts'
import { makeRng, type Rng } from '../src/core/rng.ts'
import { makeTaxonomy } from '../src/core/taxonomy.ts'
import { dealFolds } from '../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../src/learners/prepare-features.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { argmaxRows, matrix, type Matrix } from '../src/tensor/matrix.ts'

// How often a certificate at 95 % confidence is wrong: simulated campaigns on clouds of points, whose true accuracy is known.
// Usage: npm run bench:certificate [-- --campaigns 200 --only hidden --verbose]

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
const campaigns = Number(option('campaigns', '200'))
const verbose = process.argv.includes('--verbose')
const dims = 8
const allErrors = ['independent', 'shared', 'hidden'] as const
const only = option('only', '')

/**
 * How the second annotator errs. The posterior takes its errors for independent of the head's. `shared` ones are not: it sees the same
 * features as the head and errs where the head errs, so that the two confirm each other. Behind `hidden` ones is a share of items that look like another class to both.
 */
type Errors = (typeof allErrors)[number]
type End = 'budget' | 'target'

interface Study {
  readonly errors: Errors
  readonly end: End
  readonly seed: number
}

interface Ended {
  /** Certified share of right labels; null without a certificate. */
  readonly bound: number | null
  readonly truly: number
  readonly expected: number
  readonly audits: number
  readonly cost: number
  readonly reason: string
}

const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
try {
  console.log(
    '| second annotator errs | end | campaigns | certified | bound broken | 95 % interval | mean bound | truly right | expected right | several audits | mean cost |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const errors of allErrors.filter((name) => name.includes(only))) {
    const ended = { budget: [] as Ended[], target: [] as Ended[] }
    for (let seed = 1; seed <= campaigns; seed++) {
      const end = seed % 2 ? 'budget' : 'target'
      ended[end].push(await simulate({ errors, end, seed }))
    }
    console.log(lineOf(errors, 'budget', ended.budget))
    console.log(lineOf(errors, 'target', ended.target))
    console.log(lineOf(errors, 'all', [...ended.budget, ...ended.target]))
  }
} finally {
  await rm(folder, { recursive: true })
}

async function simulate({ errors, end, seed }: Study): Promise<Ended> {
  const rng = makeRng(seed, 'certificate study')
  const n = 300 + rng.below(701)
  const k = 3 + rng.below(8)
  const clouds = cloudsOf({ n, k, spread: 0.6 + 0.8 * rng.uniform() }, rng)
  const { features } = clouds
  const truth = errors === 'hidden' ? withLookAlikes(clouds.truth, k, rng) : clouds.truth
  const taxonomy = makeTaxonomy(Array.from({ length: k }, (_, y) => ({ name: `class ${y}` })))
  const items = Array.from(truth, (y, i): Item => {
    return { id: String(i), source: { kind: 'text', text: '' }, labels: { truth: `class ${y}` } }
  })
  const question = { kind: 'classify', level: 'class' } as const
  const person = makeOracle({
    id: 'person',
    price: { kind: 'answer', amount: toMicros(1) },
    questions: [question],
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed,
  })
  const store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  const plan: CampaignPlan = {
    strategy: 'information',
    budget: toMicros(Math.round(n * ((end === 'target' ? 0.5 : 0.15) + 0.45 * rng.uniform()))),
    target: end === 'target' ? { accuracy: 0.85 + 0.12 * rng.uniform(), confidence: 0.95 } : null,
    start: 30,
    auditItems: Infinity,
    rounds: Infinity,
    seed,
  }
  let last: Turn | null = null
  try {
    const outcome = await runCampaign(
      {
        store,
        items,
        taxonomy,
        pool: {
          features: await prepareFeatures(features, makeRng(seed, 'features')),
          folds: dealFolds(n, makeRng(seed, 'folds')),
          k,
        },
        annotators: [person, makeWeak(errors === 'independent' ? chanceErrors(truth, k, rng) : nearestCentres(clouds))],
        plan,
      },
      {
        clock: { now: () => 0 },
        signal: new AbortController().signal,
        onTurn: (turn) => {
          last = turn
        },
      },
    )
    const { standing, posterior, certificate } = last! as Turn
    const ended = {
      bound: certificate?.lower ?? null,
      truly: shareRight(argmaxRows(posterior), truth),
      expected: expectedAccuracy(posterior),
      audits: standing.audits.length,
      cost: standing.ledger.reduce((sum, { cost }) => sum + cost, 0) / 1e6,
      reason: outcome.kind === 'finished' ? outcome.reason : outcome.kind,
    }
    if (verbose) console.log(JSON.stringify({ errors, end, seed, n, k, ...ended }))
    return ended
  } finally {
    await store.close()
    for (const ending of ['', '-wal', '-shm']) await rm(join(folder, `ledger.sqlite${ending}`), { force: true })
  }
}

interface Clouds {
  readonly features: Matrix
  readonly truth: Int32Array
  readonly centres: Matrix
}

/** Normal clouds of standard deviation 1 around centres that are drawn with standard deviation `spread`. */
function cloudsOf(
  { n, k, spread }: { readonly n: number; readonly k: number; readonly spread: number },
  rng: Rng,
): Clouds {
  const centres = matrix(
    k,
    dims,
    Float32Array.from({ length: k * dims }, () => spread * rng.normal()),
  )
  const truth = Int32Array.from({ length: n }, () => rng.below(k))
  const features = matrix(n, dims)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dims; j++) features.data[i * dims + j] = centres.data[truth[i]! * dims + j]! + rng.normal()
  return { features, truth, centres }
}

/** The truth, but for a share of 5 to 50 % that is any class. */
function chanceErrors(truth: Int32Array, k: number, rng: Rng): Int32Array {
  const rate = 0.05 + 0.45 * rng.uniform()
  return truth.map((y) => (rng.uniform() < rate ? rng.below(k) : y))
}

/** A share of 5 to 35 % of the items belongs to the class after the one that it looks like. */
function withLookAlikes(seen: Int32Array, k: number, rng: Rng): Int32Array {
  const share = 0.05 + 0.3 * rng.uniform()
  return seen.map((y) => (rng.uniform() < share ? (y + 1) % k : y))
}

function nearestCentres({ features, centres }: Clouds): Int32Array {
  const nearness = matrix(features.rows, centres.rows)
  for (let i = 0; i < features.rows; i++)
    for (let y = 0; y < centres.rows; y++)
      for (let j = 0; j < dims; j++)
        nearness.data[i * centres.rows + y]! -= (features.data[i * dims + j]! - centres.data[y * dims + j]!) ** 2
  return argmaxRows(nearness)
}

/** Says what it is given to say, at 0.02. */
function makeWeak(said: Int32Array): ImmediateAnnotator {
  const cost = toMicros(0.02)
  return {
    kind: 'immediate',
    id: 'weak',
    price: { kind: 'answer', amount: cost },
    questions: [{ kind: 'classify', level: 'class' }],
    trusted: false,
    concurrency: 1024,
    knows: () => true,
    ask: async ({ id }) => ({ answer: { kind: 'label', label: `class ${said[Number(id)]}` }, cost, seconds: null }),
  }
}

function lineOf(errors: Errors, end: End | 'all', ended: readonly Ended[]): string {
  const certified = ended.filter(({ bound }) => bound !== null)
  const broken = certified.filter(({ bound, truly }) => truly < bound!).length
  const n = certified.length
  const interval = [clopperPearsonLower(broken, n, 0.975), 1 - clopperPearsonLower(n - broken, n, 0.975)]
  const mean = (of: (campaign: Ended) => number): number => certified.reduce((sum, one) => sum + of(one), 0) / n
  const cells = [
    errors,
    end,
    ended.length,
    percent(n / ended.length),
    `${percent(broken / n)} (${broken})`,
    interval.map(percent).join(' to '),
    percent(mean(({ bound }) => bound!)),
    percent(mean(({ truly }) => truly)),
    percent(mean(({ expected }) => expected)),
    percent(ended.filter(({ audits }) => audits > 1).length / ended.length),
    mean(({ cost }) => cost).toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
