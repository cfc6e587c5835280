import { Option, type Command } from 'commander'
import { formatMoney, type Micros } from '../core/money.ts'
import type { Batch, Config } from '../project/config.ts'
import { readConfig } from '../project/read-config.ts'
import type { Contestant } from '../project/simulation/contestant.ts'
import { openWorld, type OpenedWorld } from '../project/simulation/open-world.ts'
import type { SimulatedNoise, SimulationSettings } from '../project/simulation/settings.ts'
import { planRuns, simulateProject, type SimulationPlan } from '../project/simulation/simulate-project.ts'
import { amount } from '../project/words.ts'
import { money, onProject, strategyLines, wholeNumber } from './options.ts'
import { encodingBar, untilInterrupted } from './session.ts'
import { assumed, batch, contestants, imbalance, metric, noise, targets, testShare } from './simulate-options.ts'
import { tellResult, type ResultOptions } from './simulate-result.ts'
import { makeTerminal, type Terminal } from './terminal.ts'
import { version } from './version.ts'

interface SimulateOptions extends ResultOptions {
  readonly dir: string
  readonly json?: boolean
  readonly strategies?: readonly Contestant[]
  readonly seeds: number
  readonly budget?: Micros
  readonly test?: number
  readonly longTail?: number
  readonly merge?: number
  readonly noise?: SimulatedNoise
  readonly start?: number
  readonly startPerClass?: number
  readonly batch?: Batch
  readonly processes?: number
  readonly assume?: Readonly<Record<string, number>>
  readonly fresh?: boolean
}

const examples = `
Needs known labels: a column of the dataset (labels: { truth: … } in labelwright.yaml), or what people have answered so far. A small labelled part
is enough to compare strategies before money is spent on the rest. Nobody is asked, nothing is paid, and the project's ledger stays as it is:
people are played by oracles at the same price, recordings repeat themselves, and models repeat what they have said in the ledger, or are played
with an accuracy that you assume.

Finished runs are kept: a simulation that was stopped goes on where it was, and further strategies and seeds join those that are there.

Strategies, options after colons (iso:matrix=none, iso:choice=fixed-ratio:weakShare=0.3, prior:rho=0.3; all of them: docs/guide.md):
${strategyLines}

Examples:
  labelwright simulate --dir ./birds
  labelwright simulate --dir ./birds --strategies information,margin,badge --seeds 5 --html savings.html
  labelwright simulate --dir ./birds --assume qwen=0.8 --noise look-alike:0.05 --budget 100 --out curve.json
  labelwright simulate --dir ./birds --strategies tail-first,galaxy,random --long-tail 50 --metric balancedAccuracy --targets 0.7,0.8`

export function addSimulate(program: Command): void {
  onProject(program.command('simulate'))
    .description('compare strategies on items with known labels, before money is spent: what would each cost here?')
    .option(
      '-s, --strategies <list>',
      'with commas between them (default: information, margin, random; iso and prior beside a model)',
      contestants,
    )
    .option('--seeds <n>', 'runs of each strategy', wholeNumber(1, 1000), 3)
    .option(
      '-b, --budget <amount>',
      'what a run may spend (default: as the project says, else what people cost for everything)',
      money,
    )
    .option('--out <file>', 'write the curves as JSON')
    .option('--csv <file>', 'write the curves as CSV')
    .option('--html <file>', 'write a report with charts')
    .option(
      '--test <share>',
      "items that nobody is asked about (default: the dataset's column split, else 0.3)",
      testShare,
    )
    .option(
      '--long-tail <factor>',
      'thin the pool out: the first class so many times as frequent as the last',
      imbalance,
    )
    .option('--merge <n>', 'put the last classes together, so that n are left', wholeNumber(2))
    .option('--noise <share>', 'how people err: 0.1, look-alike:0.1 or class:0.1 (default: never)', noise)
    .option('--start <n>', 'items of the first round, drawn at random (default: as the project says)', wholeNumber(1))
    .addOption(
      new Option('--start-per-class <n>', 'begin with so many of each class instead')
        .argParser(wholeNumber(1))
        .conflicts('start'),
    )
    .option(
      '--batch <n>',
      'labels of people in a round: 50, or 15% of those so far (default: as the project says)',
      batch,
    )
    .option('--targets <list>', 'shares that the table is about', targets, [0.9, 0.95])
    .option(
      '--metric <name>',
      'what they are shares of: poolAccuracy, testAccuracy, balancedAccuracy, …',
      metric,
      'poolAccuracy',
    )
    .option('--processes <n>', 'runs side by side (default: one per core)', wholeNumber(1, 1024))
    .option('--assume <id=accuracy>', 'play a model that has not answered yet, right on this share', assumed)
    .option('--fresh', 'play everything again')
    .addHelpText('after', examples)
    .action(runSimulate)
}

async function runSimulate(options: SimulateOptions): Promise<void> {
  const { dir, json, fresh = false } = options
  const terminal = makeTerminal({ json: json ?? false })
  const config = await readConfig(dir, process.env)
  const settings = settingsOf(options)
  const opened = await encodingBar(terminal, (onEncoded) => openWorld(config, settings, onEncoded))
  const plan = planRuns(opened.world, settings, config, options.processes ?? null)
  sayPlan(opened, plan, { config, terminal })

  const bar = terminal.progress('simulating', plan.runs.length)
  const { curves, kept } = await simulateProject(config, opened, plan, {
    signal: untilInterrupted(),
    onProgress: (done) => bar.to(Math.floor(done * 10) / 10),
    fresh,
    version: await version(),
  }).finally(() => bar.end())
  if (kept > 0) terminal.say(`${amount(kept, 'run')} kept from before; --fresh plays them again.`)

  await tellResult(curves, { options, config, opened, terminal })
}

function settingsOf(options: SimulateOptions): SimulationSettings {
  return {
    contestants: options.strategies ?? null,
    seeds: options.seeds,
    budget: options.budget ?? null,
    test: options.test ?? null,
    longTail: options.longTail ?? null,
    merge: options.merge ?? null,
    noise: options.noise ?? null,
    start: options.start ?? null,
    startPerClass: options.startPerClass ?? null,
    batch: options.batch ?? null,
    assume: options.assume ?? {},
  }
}

interface Surroundings {
  readonly config: Config
  readonly terminal: Terminal
}

function sayPlan(
  { world, notes }: OpenedWorld,
  { runs, processes }: SimulationPlan,
  { config, terminal }: Surroundings,
): void {
  const { rows, cols } = world.features
  const vectors = rows + (world.open?.features.rows ?? 0)
  const megabytes = (processes + 1) * (((3 * vectors * cols + 8 * rows * world.taxonomy.k) * 4) / 2 ** 20 + 150)
  const strategies = [...new Set(runs.map(({ contestant }) => contestant.name))]
  terminal.say(
    `${amount(runs.length, 'run')} (${strategies.join(', ')}) of up to ${formatMoney(world.budget, config.currency)} on ${amount(rows, 'item')} in ${world.taxonomy.k} classes, ` +
      `in ${processes === 1 ? 'one process' : `${processes} processes`}. Needs about ${Math.ceil(megabytes)} MB of memory.`,
  )
  for (const { name, value } of notes) terminal.say(`  ${name}: ${value}`)
}
