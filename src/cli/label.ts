import type { Command } from 'commander'
import type { Micros } from '../core/money.ts'
import type { StrategyName } from '../strategies/strategies.ts'
import { dryRun } from './dry-run.ts'
import { runLabel } from './label-run.ts'
import { money, onProject, strategy, strategyLines, wholeNumber } from './options.ts'
import { open, stoppingNote, untilInterrupted } from './session.ts'
import { makeTerminal } from './terminal.ts'

interface LabelOptions {
  readonly dir: string
  readonly json?: boolean
  readonly budget?: Micros
  readonly strategy?: StrategyName
  readonly rounds?: number
  readonly dryRun?: boolean
}

export function addLabel(program: Command): void {
  onProject(program.command('label'))
    .description('label the dataset: ask, learn, ask again, until the budget is spent or the target is certified')
    .option('-b, --budget <amount>', 'spend at most this much in all, instead of what the project says', money)
    .option('-s, --strategy <name>', 'what to ask next, one of those below', strategy)
    .option('-r, --rounds <n>', 'play at most so many rounds in all', wholeNumber(1))
    .option('-n, --dry-run', 'ask nobody; say what the questions will cost, in a range, and what is asked first')
    .addHelpText(
      'after',
      `\nStrategies:\n${strategyLines}\n` +
        '\nStops when people have to answer first (labelwright serve), and goes on where it stopped when it is run again, also after a crash.' +
        '\n\nExamples:\n  labelwright label --dir ./birds --dry-run\n  labelwright label --dir ./birds --budget 50',
    )
    .action(async ({ dir, json, budget, strategy, rounds, dryRun: isDry }: LabelOptions) => {
      const terminal = makeTerminal({ json: json ?? false })
      const project = await open(dir, terminal, (config) => ({
        ...config,
        budget: budget ?? config.budget,
        strategy: strategy ?? config.strategy,
        rounds: rounds ?? config.rounds,
      }))
      try {
        if (isDry) await dryRun(project, terminal)
        else await runLabel(project, terminal, untilInterrupted(stoppingNote))
      } finally {
        await project.close()
      }
    })
}
