import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { areaUnder, valueAt } from '../src/campaign/simulation/curve.ts'
import { scoresOf, type Scores } from '../src/campaign/simulation/scores.ts'
import { messageOf } from '../src/core/error.ts'
import { labelEvidence } from '../src/learners/evidence.ts'
import { fitLinearHead, predictProbs } from '../src/learners/linear-head.ts'
import { preparedHeadOptions } from '../src/learners/prepare-features.ts'
import type { StrategyName } from '../src/strategies/strategies.ts'
import { argmaxRows } from '../src/tensor/matrix.ts'
import { needData } from './kernels/real-data.ts'
import { renderTable } from './kernels/table.ts'
import type { Dataset } from './methods/dataset.ts'
import { openDataPair } from './methods/datasets.ts'
import { fullLabels, readResult, type CampaignResult, type FullLabelsResult, type Job } from './methods/job.ts'
import { runJobs } from './methods/run-jobs.ts'

// What open data that were found by their captions are worth on a long tail, and which strategy asks best beside them.

const usage = `Usage: npm run bench:open-data -- [options]

  --seeds <n>      campaigns of each contestant, each with captions of its own; default 3
  --processes <n>  campaigns at once, each on one thread where there are several; default 2
  --out <folder>   one file per campaign; those that are there are not run again. Default LABELWRIGHT_BENCH_OUT,
                   else a folder for temporary files
  --help

Data is read from LABELWRIGHT_DATA; features of pictures are kept in LABELWRIGHT_BENCH_CACHE.`

const [people, withOpen] = openDataPair
const contestants: readonly { readonly dataset: Dataset; readonly strategies: readonly StrategyName[] }[] = [
  { dataset: people, strategies: ['margin', 'tail-first', 'random'] },
  { dataset: withOpen, strategies: ['margin', 'tail-first', 'random', 'information'] },
]
const metrics = {
  macroF1: 'Macro-F1 on the test pictures',
  balancedAccuracy: 'Balanced accuracy on the test pictures',
  testAccuracy: 'Accuracy on the test pictures',
  balancedPoolAccuracy: 'Balanced accuracy of the pool',
} as const
const amounts = [30, 60, 100, 200, 300]

const { seeds, processes, out } = readOptions()
await needData(...withOpen.files)
const isDone = await Promise.all(allJobs().map(async (job) => (await readResult(out, job)) !== undefined))
const toDo = allJobs().filter((_, at) => !isDone[at])
await mkdir(out, { recursive: true })
console.error(`Results are in ${out}`)
if (toDo.length > 0 && (await runJobs(toDo, processes, out)) > 0) process.exit(1)
console.log([await foundWords(), await fullWords(), ...(await curveTables())].join('\n\n'))

function allJobs(): Job[] {
  const campaigns = contestants.flatMap(({ dataset, strategies }) => strategies.flatMap((one) => jobsOf(dataset, one)))
  return [...jobsOf(people, fullLabels), ...campaigns]
}

function jobsOf({ name }: Dataset, strategy: Job['strategy']): Job[] {
  return seeds.map((seed) => ({ dataset: name, strategy, seed }))
}

async function resultsOf<T extends CampaignResult | FullLabelsResult>(jobs: readonly Job[]): Promise<T[]> {
  const results = await Promise.all(jobs.map((job) => readResult<T>(out, job)))
  return results.filter((result) => result !== undefined)
}

/** A table for each metric. */
async function curveTables(): Promise<string[]> {
  const lines = await Promise.all(
    contestants.flatMap(({ dataset, strategies }) =>
      strategies.map(async (strategy) => ({
        cells: [strategy, dataset === withOpen ? 'yes' : 'no'],
        curves: (await resultsOf<CampaignResult>(jobsOf(dataset, strategy))).map(({ points }) => points),
      })),
    ),
  )
  const header = ['strategy', 'open data', ...amounts.map((amount) => `at ${amount}`), 'mean of the curve']
  return Object.entries(metrics).map(([key, words]) => {
    const metric = key as keyof typeof metrics
    const rows = lines.map(({ cells, curves }) => [
      ...cells,
      ...amounts.map((amount) => spread(curves.map((curve) => valueAt(curve, metric, amount) ?? NaN))),
      spread(curves.map((curve) => areaUnder(curve, metric, people.start, people.budget) ?? NaN)),
    ])
    return `${words}, by what people were paid:\n\n${renderTable([header, ...rows])}`
  })
}

/** What retrieval found, and what a head learns from nothing else. */
async function foundWords(): Promise<string> {
  const data = await withOpen.open()
  const { test, taxonomy } = data
  const found = await Promise.all(seeds.map((seed) => data.openData!(seed)))
  const alone: Scores[] = []
  for (const { features, labels } of found) {
    const head = await fitLinearHead(features, labelEvidence(labels, taxonomy.k), preparedHeadOptions)
    alone.push(scoresOf(argmaxRows(await predictProbs(head, test.features)), test.truth, taxonomy.k))
  }
  const counts = found.map(
    ({ labels, captions, wrong }) =>
      `${labels.length} of ${captions} captions name a class, ${wrong} of them a wrong one`,
  )
  return `${counts.join('; ')}. A head that learns from them alone: macro-F1 ${spread(alone.map(({ macroF1 }) => macroF1))}.`
}

async function fullWords(): Promise<string> {
  const full = await resultsOf<FullLabelsResult>(jobsOf(people, fullLabels))
  const macroF1 = spread(full.map(({ reached }) => reached.macroF1))
  return `A head that learns from people's labels on all ${full[0]!.items} items of the pool: macro-F1 ${macroF1}.`
}

/** Mean ± standard deviation. */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return `${mean.toFixed(3)} ± ${Math.sqrt(squares / Math.max(1, values.length - 1)).toFixed(3)}`
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '3' },
        processes: { type: 'string', default: '2' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit()
    }
    return {
      seeds: Array.from({ length: count('--seeds', values.seeds) }, (_, i) => i + 1),
      processes: count('--processes', values.processes),
      out: values.out ?? process.env['LABELWRIGHT_BENCH_OUT'] ?? join(tmpdir(), 'labelwright-bench-open-data'),
    }
  } catch (thrown) {
    return refuse(messageOf(thrown))
  }
}

function count(option: string, text: string): number {
  const wanted = Number(text)
  if (Number.isInteger(wanted) && wanted > 0) return wanted
  return refuse(`${option} "${text}" is no whole number from 1.`)
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${usage}`)
  process.exit(2)
}
