import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImmediateAnnotator } from '../src/annotators/annotator.ts'
import { makeOracle } from '../src/annotators/oracle.ts'
import type { CampaignPlan } from '../src/campaign/campaign.ts'
import { clopperPearsonLower } from '../src/campaign/certificate.ts'
import { shareRight } from '../src/campaign/learning-curve.ts'
import { runCampaign, type Turn } from '../src/campaign/run.ts'
import type { Item } from '../src/core/item.ts'
import { toMicros } from '../src/core/money.ts'
import { makeRng, type Rng } from '../src/core/rng.ts'
import { makeTaxonomy } from '../src/core/taxonomy.ts'
import { dealFolds } from '../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../src/learners/prepare-features.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { argmaxRows, matrix, type Matrix } from '../src/tensor/matrix.ts'

// How often a certificate at 95 % confidence is wrong: simulated campaigns on clouds of points, whose true accuracy is known.
// Usage: npm run bench:certificate [-- --campaigns 200] [-- --verbose]

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
const campaigns = Number(option('campaigns', '200'))
const verbose = process.argv.includes('--verbose')

/** How the second annotator errs, and what ends a campaign. */
interface Study {
  readonly name: string
  readonly weak: 'any class' | 'always the same wrong class'
  readonly target: boolean
}

const studies: readonly Study[] = [
  { name: 'budget, chance errors', weak: 'any class', target: false },
  { name: 'target, chance errors', weak: 'any class', target: true },
  { name: 'budget, systematic errors', weak: 'always the same wrong class', target: false },
  { name: 'target, systematic errors', weak: 'always the same wrong class', target: true },
]

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
    '| campaigns end by, second annotator | campaigns | certified | bound broken | 95 % interval | mean bound | mean true accuracy | mean expected accuracy | several audits | mean cost |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const study of studies) {
    const ended: Ended[] = []
    for (let seed = 1; seed <= campaigns; seed++) ended.push(await simulate(study, seed))
    console.log(lineOf(study, ended))
  }
} finally {
  await rm(folder, { recursive: true })
}

async function simulate(study: Study, seed: number): Promise<Ended> {
  const rng = makeRng(seed, 'certificate study')
  const n = 300 + rng.below(701)
  const k = 3 + rng.below(8)
  const { features, truth } = cloudsOf({ n, k, separation: 1.5 + 2 * rng.uniform() }, rng)
  const taxonomy = makeTaxonomy(Array.from({ length: k }, (_, y) => ({ name: `class ${y}` })))
  const items = Array.from(truth, (y, i): Item => {
    return { id: `item ${i}`, source: { kind: 'text', text: '' }, labels: { truth: `class ${y}` } }
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
  const rate = 0.05 + 0.45 * rng.uniform()
  const store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  const plan: CampaignPlan = {
    strategy: 'information',
    budget: toMicros(Math.round(n * (0.15 + 0.35 * rng.uniform()))),
    target: study.target ? { accuracy: 0.8 + 0.15 * rng.uniform(), confidence: 0.95 } : null,
    start: 30,
    audit: true,
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
        annotators: [person, makeWeak({ study, truth, features, k, rate, seed })],
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
      expected: standing.belief ? meanHighest(posterior) : NaN,
      audits: standing.audits.length,
      cost: standing.ledger.reduce((sum, { cost }) => sum + cost, 0) / 1e6,
      reason: outcome.kind === 'finished' ? outcome.reason : outcome.kind,
    }
    if (verbose) console.log(JSON.stringify({ study: study.name, seed, n, k, rate, ...ended }))
    return ended
  } finally {
    await store.close()
    for (const ending of ['', '-wal', '-shm']) await rm(join(folder, `ledger.sqlite${ending}`), { force: true })
  }
}

/** Normal clouds around random centres in 8 dimensions; the further apart, the easier. */
function cloudsOf(
  { n, k, separation }: { readonly n: number; readonly k: number; readonly separation: number },
  rng: Rng,
): { features: Matrix; truth: Int32Array } {
  const dims = 8
  const centres = Float64Array.from({ length: k * dims }, () => (separation / Math.SQRT2) * rng.normal())
  const truth = Int32Array.from({ length: n }, () => rng.below(k))
  const features = matrix(n, dims)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dims; j++) features.data[i * dims + j] = centres[truth[i]! * dims + j]! + rng.normal()
  return { features, truth }
}

interface WeakOptions {
  readonly study: Study
  readonly truth: Int32Array
  readonly features: Matrix
  readonly k: number
  readonly rate: number
  readonly seed: number
}

/**
 * The annotator at 0.02. Its systematic errors are the worst for us: all in one region of the features, and always the next class, so that
 * they agree with each other, and a head that learns from them is surely wrong there.
 */
function makeWeak({ study, truth, features, k, rate, seed }: WeakOptions): ImmediateAnnotator {
  const { rows, cols, data } = features
  const depth = Float64Array.from({ length: rows }, (_, i) => data[i * cols]!)
  const border = depth.toSorted()[Math.floor(rate * rows)]!
  const said = Array.from(truth, (y, i) => {
    if (study.weak !== 'any class') return depth[i]! < border ? (y + 1) % k : y
    const rng = makeRng(seed, 'weak', i)
    return rng.uniform() < rate ? rng.below(k) : y
  })
  const cost = toMicros(0.02)
  return {
    kind: 'immediate',
    id: 'weak',
    price: { kind: 'answer', amount: cost },
    questions: [{ kind: 'classify', level: 'class' }],
    trusted: false,
    concurrency: 1024,
    knows: () => true,
    ask: async ({ id }) => {
      return { answer: { kind: 'label', label: `class ${said[Number(id.slice(5))]}` }, cost, seconds: null }
    },
  }
}

function lineOf({ name }: Study, ended: readonly Ended[]): string {
  const certified = ended.filter(({ bound }) => bound !== null)
  const broken = certified.filter(({ bound, truly }) => truly < bound!).length
  const n = certified.length
  const interval = [clopperPearsonLower(broken, n, 0.975), 1 - clopperPearsonLower(n - broken, n, 0.975)]
  const mean = (of: (campaign: Ended) => number): number => certified.reduce((sum, one) => sum + of(one), 0) / n
  const cells = [
    name,
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

function meanHighest({ rows, cols, data }: Matrix): number {
  let sum = 0
  for (let i = 0; i < rows; i++) sum += Math.max(...data.subarray(i * cols, (i + 1) * cols))
  return sum / rows
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
