import { basename, resolve } from 'node:path'
import { curvesToCsv } from '../campaign/simulation/csv.ts'
import type { SimulatedCurve, SimulationMetric } from '../campaign/simulation/curve.ts'
import { renderSimulationReport } from '../campaign/simulation/report/render-simulation-report.ts'
import { summarize } from '../campaign/simulation/summary.ts'
import { formatMoney } from '../core/money.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import type { Config } from '../project/config.ts'
import type { OpenedWorld } from '../project/simulation/open-world.ts'
import { savingOf, simulationLines } from './simulate-table.ts'
import type { Terminal } from './terminal.ts'

/** What the table is about, and which files are written. */
export interface ResultOptions {
  readonly targets: readonly number[]
  readonly metric: SimulationMetric
  readonly out?: string
  readonly csv?: string
  readonly html?: string
}

interface Simulation {
  readonly options: ResultOptions
  readonly config: Config
  readonly opened: OpenedWorld
  readonly terminal: Terminal
}

/** Prints what came of a simulation, and writes the files that were asked for. */
export async function tellResult(curves: readonly SimulatedCurve[], simulation: Simulation): Promise<void> {
  const { options, config, opened, terminal } = simulation
  const { targets, metric } = options
  const summaries = summarize(curves, { metric, targets })
  terminal.say('')
  for (const line of simulationLines(summaries, { metric, currency: config.currency })) terminal.say(line)
  for (const [file, content] of filesOf(curves, simulation)) {
    await writeFileAtomic(resolve(file), content)
    terminal.say(`Wrote ${file}`)
  }
  terminal.result({
    currency: config.currency,
    metric,
    assumed: opened.notes,
    strategies: summaries.map((summary) => ({
      strategy: summary.strategy,
      seeds: summary.seeds,
      area: summary.area,
      toTargets: summary.toTargets.map((reached, at) => ({ ...reached, saving: savingOf(summaries, summary, at) })),
    })),
    curves,
  })
}

function filesOf(curves: readonly SimulatedCurve[], { options, config, opened }: Simulation): [string, string][] {
  const { out, csv, html, metric, targets } = options
  const { currency, dir } = config
  const report = (): string =>
    renderSimulationReport({
      title: basename(dir),
      currency,
      curves,
      metric,
      targets,
      reference: null,
      settings: [{ name: 'budget', value: `${formatMoney(opened.world.budget, currency)} a run` }, ...opened.notes],
    })
  return [
    ...(out === undefined ? [] : [[out, `${JSON.stringify(curves)}\n`] satisfies [string, string]]),
    ...(csv === undefined ? [] : [[csv, curvesToCsv(curves)] satisfies [string, string]]),
    ...(html === undefined ? [] : [[html, report()] satisfies [string, string]]),
  ]
}
