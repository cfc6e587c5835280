import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { simulateCampaign, type SimulatedPoint } from '../../src/campaign/simulation/simulate-campaign.ts'
import { toMicros } from '../../src/core/money.ts'
import { messageOf } from '../../src/core/error.ts'
import { makeRng } from '../../src/core/rng.ts'
import { writeFileAtomic } from '../../src/files/atomic-file.ts'
import { dealFolds } from '../../src/learners/out-of-fold.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import { parseContestants } from '../../src/project/simulation/contestant.ts'
import type { Dataset, OpenDataset } from './dataset.ts'
import { datasets, openDataPair } from './datasets.ts'
import { measureFullLabels } from './full-labels.ts'
import { fileOf, fullLabels, type Job } from './job.ts'

// Runs in a process of its own: does the jobs that it is sent, one at a time, and says when each is done.
// Usage: fork('bench/methods/worker.ts', [out])

const out = process.argv[2]!
/** The dataset of the last job: the next one is mostly about the same. */
let opened: { readonly name: string; readonly data: OpenDataset } | undefined

process.on('disconnect', () => process.exit())
process.on('message', (job: Job) => {
  run(job).then(
    () => process.send!({}),
    (thrown: unknown) => process.send!({ failed: thrown instanceof Error ? thrown.stack : messageOf(thrown) }),
  )
})

async function run(job: Job): Promise<void> {
  const { strategy, seed } = job
  const dataset = [...datasets, ...openDataPair].find(({ name }) => name === job.dataset)!
  if (opened?.name !== dataset.name) opened = { name: dataset.name, data: await dataset.open() }
  const { data } = opened
  const start = performance.now()
  const result =
    strategy === fullLabels
      ? await measureFullLabels(data, seed)
      : { strategy, seed, points: await simulate(dataset, data, job) }
  const file = fileOf(out, job)
  await mkdir(dirname(file), { recursive: true })
  const seconds = (performance.now() - start) / 1000
  await writeFileAtomic(file, `${JSON.stringify({ ...result, seconds })}\n`)
}

async function simulate({ budget, start }: Dataset, data: OpenDataset, job: Job): Promise<SimulatedPoint[]> {
  const { items, taxonomy, truth, features, test } = data
  const store = await openSqliteStore(':memory:')
  const { seed } = job
  const { strategy, options } = parseContestants(job.strategy)[0]!
  const plan = {
    strategy,
    iso: options,
    prior: options,
    budget: toMicros(budget),
    target: null,
    start,
    batch: { least: 10, share: 0.25 },
    auditItems: 0,
    rounds: Infinity,
    seed,
  }
  const pool = {
    features,
    folds: dealFolds(items.length, makeRng(seed, 'folds')),
    k: taxonomy.k,
    ...(data.openData && { open: await data.openData(seed) }),
  }
  const annotators = [...data.people(seed), ...data.models]
  try {
    return await simulateCampaign(
      { store, items, taxonomy, pool, annotators, plan },
      { truth, test },
      { clock: { now: () => Date.now() }, signal: new AbortController().signal },
    )
  } finally {
    await store.close()
  }
}
