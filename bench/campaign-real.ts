import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Annotator } from '../src/annotators/annotator.ts'
import { makeOracle } from '../src/annotators/oracle.ts'
import { readRecorded } from '../src/annotators/recorded.ts'
import type { Pool } from '../src/campaign/pool.ts'
import type { CampaignPlan } from '../src/campaign/campaign.ts'
import { moneyToTarget } from '../src/campaign/simulation/curve.ts'
import { simulateCampaign, type SimulatedPoint } from '../src/campaign/simulation/simulate-campaign.ts'
import type { Item } from '../src/core/item.ts'
import { toMicros } from '../src/core/money.ts'
import { makeRng } from '../src/core/rng.ts'
import { classIndex, fineLevel, makeTaxonomy, type ClassSpec, type Taxonomy } from '../src/core/taxonomy.ts'
import { encodeCached } from '../src/encoders/cached-features.ts'
import { openEncoder } from '../src/encoders/open-encoder.ts'
import { readDataset } from '../src/formats/dataset.ts'
import { dealFolds } from '../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../src/learners/prepare-features.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { StrategyName } from '../src/strategies/strategies.ts'
import { dataFolder, mobilenet, mobilenetFile, needData } from './kernels/real-data.ts'

// Money to reach 90 % and 95 % right labels over the whole pool: GPT-4V's recorded answers at 0.02 beside a person at 1, against people
// alone. Usage: npm run bench:campaign [-- --seeds 3] [-- --only caltech101]

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
const seeds = Array.from({ length: Number(option('seeds', '3')) }, (_, i) => i + 1)
const only = option('only', '')
const verbose = process.argv.includes('--verbose')

interface Study {
  readonly name: string
  readonly manifest: string
  readonly truth: string
  classes(labels: readonly string[]): Promise<ClassSpec[]>
}

const studies: Study[] = [
  {
    name: 'caltech101',
    manifest: 'caltech101/gpt4v_dev.tsv',
    truth: 'label',
    classes: async (labels) => labels.map((name) => ({ name })),
  },
  {
    name: 'eurosat',
    manifest: 'eurosat/labels.tsv',
    truth: 'fine',
    classes: async (labels) => {
      const names = JSON.parse(await readFile(join(dataFolder, 'eurosat/classes.json'), 'utf8')).fine_to_gpt4v_name
      return labels.map((name) => ({ name, aliases: [names[name]] }))
    },
  },
]

const contestants: readonly { readonly name: string; readonly strategy: StrategyName; readonly vlm: boolean }[] = [
  { name: 'people alone, random', strategy: 'random', vlm: false },
  { name: 'people alone, margin', strategy: 'margin', vlm: false },
  { name: 'people and GPT-4V, information', strategy: 'information', vlm: true },
]

await needData(mobilenetFile, ...studies.map(({ manifest }) => manifest))
let stores = 0
const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
try {
  for (const study of studies) if (study.name.includes(only)) await run(study)
} finally {
  await rm(folder, { recursive: true })
}

async function run(study: Study): Promise<void> {
  const manifest = join(dataFolder, study.manifest)
  const { items } = await readDataset(manifest)
  const labels = [...new Set(items.map((item) => item.labels[study.truth]!))].sort()
  const taxonomy = makeTaxonomy(await study.classes(labels))
  const indexOf = classIndex(fineLevel(taxonomy))
  const truth = Int32Array.from(items, (item) => indexOf(item.labels[study.truth]!))
  const features = await encode(items)
  const money = new Map<string, { at90: number[]; at95: number[] }>()
  for (const { name, strategy, vlm } of contestants) {
    const reached = { at90: [] as number[], at95: [] as number[] }
    for (const seed of seeds) {
      const annotators = await openAnnotators({ study, manifest, items, taxonomy, seed, vlm })
      const pool: Pool = { features, folds: dealFolds(items.length, makeRng(seed, 'folds')), k: taxonomy.k }
      const points = await curve({ items, taxonomy, pool, annotators, truth }, strategy, seed)
      if (verbose)
        for (const { spent, poolAccuracy } of points)
          console.log(`  ${name} ${seed} ${spent.toFixed(2)} ${poolAccuracy.toFixed(4)}`)
      reached.at90.push(moneyToTarget(points, 'poolAccuracy', 0.9) ?? NaN)
      reached.at95.push(moneyToTarget(points, 'poolAccuracy', 0.95) ?? NaN)
    }
    money.set(name, reached)
  }
  print(study.name, items.length, money)
}

async function encode(items: readonly Item[]) {
  await writeFile(join(folder, 'mobilenet.json'), JSON.stringify(mobilenet))
  const encoder = await openEncoder('onnx:./mobilenet.json', folder, 'image')
  const cache = process.env['LABELWRIGHT_BENCH_CACHE'] ?? folder
  const encoded = await encodeCached(encoder, items, cache)
  if (encoded.kept.length !== items.length) throw new Error(`${encoded.quarantined.length} pictures cannot be read`)
  return prepareFeatures(encoded.features, makeRng(1, 'features'))
}

interface Cast {
  readonly study: Study
  readonly manifest: string
  readonly items: readonly Item[]
  readonly taxonomy: Taxonomy
  readonly seed: number
  readonly vlm: boolean
}

async function openAnnotators({ study, manifest, items, taxonomy, seed, vlm }: Cast): Promise<Annotator[]> {
  const level = fineLevel(taxonomy).name
  const person = makeOracle({
    id: 'person',
    price: { kind: 'answer', amount: toMicros(1) },
    questions: [{ kind: 'classify', level }],
    trusted: true,
    labels: study.truth,
    taxonomy,
    seed,
  })
  if (!vlm) return [person]
  const { annotator } = await readRecorded(manifest, {
    id: 'gpt4v',
    price: { kind: 'answer', amount: toMicros(0.02) },
    columns: { item: 'path', answer: 'gpt4v_ranked_json' },
    taxonomy,
    itemIds: new Set(items.map(({ id }) => id)),
  })
  return [person, annotator]
}

interface Setting {
  readonly items: readonly Item[]
  readonly taxonomy: Taxonomy
  readonly pool: Pool
  readonly annotators: readonly Annotator[]
  readonly truth: Int32Array
}

async function curve({ truth, ...parts }: Setting, strategy: StrategyName, seed: number): Promise<SimulatedPoint[]> {
  const store = await openSqliteStore(join(folder, `${stores++}.sqlite`))
  const plan: CampaignPlan = {
    strategy,
    budget: Infinity,
    target: null,
    start: 30,
    auditItems: 0,
    rounds: Infinity,
    seed,
  }
  const signal = new AbortController().signal
  try {
    const known = { truth, test: null }
    return await simulateCampaign({ ...parts, store, plan }, known, {
      clock: { now: () => Date.now() },
      signal,
      isEnough: ({ poolAccuracy }) => poolAccuracy >= 0.955,
    })
  } finally {
    await store.close()
  }
}

function print(name: string, n: number, money: ReadonlyMap<string, { at90: number[]; at95: number[] }>): void {
  const alone = money.get('people alone, margin')!
  console.log(`\n${name}: ${n} pictures, ${seeds.length} seeds, mean ± sd, ratio to people alone with margin`)
  console.log(
    '| annotators, strategy | money to 90 % | ratio | money to 95 % | ratio |\n| --- | --- | --- | --- | --- |',
  )
  for (const [who, { at90, at95 }] of money) {
    console.log(
      `| ${who} | ${spread(at90)} | ${ratio(at90, alone.at90)} | ${spread(at95)} | ${ratio(at95, alone.at95)} |`,
    )
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function spread(values: readonly number[]): string {
  const sd = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / Math.max(1, values.length - 1),
  )
  return `${mean(values).toFixed(0)} ± ${sd.toFixed(0)}`
}

function ratio(values: readonly number[], base: readonly number[]): string {
  return (mean(values) / mean(base)).toFixed(3)
}
