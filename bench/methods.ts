import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { curvesToCsv } from '../src/campaign/simulation/csv.ts'
import { messageOf } from '../src/core/error.ts'
import { parseContestants, plainContestant, type Contestant } from '../src/project/simulation/contestant.ts'
import { strategyNames } from '../src/strategies/strategies.ts'
import { needData } from './kernels/real-data.ts'
import type { Dataset } from './methods/dataset.ts'
import { datasets } from './methods/datasets.ts'
import { fullLabels, readResult, type CampaignResult, type FullLabelsResult, type Job } from './methods/job.ts'
import { plotOf } from './methods/plot.ts'
import { datasetTable, summaryTable, type Measured } from './methods/report.ts'
import { runJobs } from './methods/run-jobs.ts'

// Money to 90 %, 95 % and 99 % of what a head learns from labels on everything: every strategy on the same real data.

const usage = `Usage: npm run bench:methods -- [options]

  --only <names>        datasets, with commas between; default all
  --strategies <names>  with commas between, options behind colons: margin,iso,iso:matrix=none:refresh=false; default all;
                        iso and prior want a model and are left out where there is none
  --seeds <n>           campaigns of each strategy on each dataset; default 3
  --processes <n>       campaigns at once, each on one thread where there are several; default 2
  --out <folder>        one file per campaign; those that are there are not run again. Default LABELWRIGHT_BENCH_OUT,
                        else a folder for temporary files
  --table               print what is there, run nothing
  --points              print the curves instead of the tables, as CSV
  --plots <folder>      draw what is there, one SVG per dataset, run nothing
  --help

Datasets: ${datasets.map(({ name }) => name).join(', ')}.
Data is read from LABELWRIGHT_DATA; features of pictures are kept in LABELWRIGHT_BENCH_CACHE.`

const { chosen, strategies, seeds, processes, out, table, points, plots } = readOptions()
console.error(`Results are in ${out}`)
const jobs = chosen.flatMap((dataset) => jobsOf(dataset))
if (!table && plots === undefined) {
  const missing = await Promise.all(jobs.map(async (job) => !(await readResult(out, job))))
  const open = jobs.filter((_, at) => missing[at])
  if (open.length > 0) {
    await needData(...new Set(chosen.flatMap(({ files }) => files)))
    await mkdir(out, { recursive: true })
    if ((await runJobs(open, processes, out)) > 0) process.exitCode = 1
  }
}
const measured = (await Promise.all(chosen.map(readMeasured))).filter((one) => one !== undefined)
if (measured.length === 0) refuse(`Nothing of this has been measured in ${out} yet.`)
if (plots === undefined) console.log(points ? pointsOf(measured) : tablesOf(measured))
else await writePlots(measured, plots)

function jobsOf({ name: dataset, hasModels }: Dataset): Job[] {
  const able = strategies.filter(({ strategy }) => hasModels || (strategy !== 'iso' && strategy !== 'prior'))
  const names = [fullLabels, ...able.map(({ name }) => name)]
  return names.flatMap((strategy) => seeds.map((seed) => ({ dataset, strategy, seed })))
}

async function readMeasured(dataset: Dataset): Promise<Measured | undefined> {
  const full: FullLabelsResult[] = []
  const campaigns = new Map<string, CampaignResult[]>()
  for (const job of jobsOf(dataset)) {
    const { strategy } = job
    if (strategy === fullLabels) {
      full.push(...found(await readResult<FullLabelsResult>(out, job)))
    } else {
      const result = found(await readResult<CampaignResult>(out, job))
      const known = result.filter(({ seed }) => full.some((one) => one.seed === seed))
      if (known.length > 0) campaigns.set(strategy, [...(campaigns.get(strategy) ?? []), ...known])
    }
  }
  return full.length > 0 ? { dataset, full, campaigns } : undefined
}

function found<T>(result: T | undefined): T[] {
  return result ? [result] : []
}

function tablesOf(all: readonly Measured[]): string {
  const summary = summaryTable(all)
  const inShort = `## In short\n\nMoney of \`information\` beside the best of the others.\n\n${summary}`
  return [...all.map(datasetTable), ...(summary ? [inShort] : [])].join('\n\n')
}

function pointsOf(all: readonly Measured[]): string {
  const parts = all.map(({ dataset, campaigns }) => {
    return `# ${dataset.name}\n${curvesToCsv([...campaigns.values()].flat())}`
  })
  return parts.join('\n')
}

async function writePlots(all: readonly Measured[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const one of all.filter(({ campaigns }) => campaigns.size > 0))
    await writeFile(join(folder, `${one.dataset.name}.svg`), plotOf(one))
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        strategies: { type: 'string' },
        seeds: { type: 'string', default: '3' },
        processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        out: { type: 'string' },
        table: { type: 'boolean', default: false },
        points: { type: 'boolean', default: false },
        plots: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit()
    }
    const names = named(
      '--only',
      values.only,
      datasets.map(({ name }) => name),
    )
    return {
      chosen: datasets.filter(({ name }) => names.includes(name)),
      strategies: contestants(values.strategies),
      seeds: Array.from({ length: count('--seeds', values.seeds) }, (_, i) => i + 1),
      processes: count('--processes', values.processes),
      out: values.out ?? process.env['LABELWRIGHT_BENCH_OUT'] ?? join(tmpdir(), 'labelwright-bench-methods'),
      table: values.table,
      points: values.points,
      plots: values.plots,
    }
  } catch (thrown) {
    return refuse(messageOf(thrown))
  }
}

function contestants(text: string | undefined): Contestant[] {
  return text === undefined ? strategyNames.map(plainContestant) : parseContestants(text)
}

function named(option: string, text: string | undefined, all: readonly string[]): readonly string[] {
  if (text === undefined) return all
  const wanted = text.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !all.some((known) => known === name))
  if (unknown !== undefined) refuse(`${option} "${unknown}" is unknown; there are: ${all.join(', ')}.`)
  return all.filter((name) => wanted.includes(name))
}

function count(option: string, text: string): number {
  const wanted = Number(text)
  if (Number.isInteger(wanted) && wanted > 0) return wanted
  return refuse(`${option} ${text} is no whole number from 1.`)
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${usage}`)
  process.exit(2)
}
