import { Command, CommanderError } from 'commander'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addExport } from './export.ts'
import { addInit } from './init.ts'
import { addLabel } from './label.ts'
import { keepHeapModest } from './modest-heap.ts'
import { addPrompts } from './prompts.ts'
import { addServe } from './serve.ts'
import { addSimulate } from './simulate.ts'
import { addSpend } from './spend.ts'
import { addStatus } from './status.ts'
import { printError } from './terminal.ts'
import { version } from './version.ts'

/**
 * Runs one command.
 *
 * @param args - What follows the program's name.
 * @returns The exit code: 0, 1 where the command failed, 2 for wrong usage.
 */
export async function main(args: readonly string[]): Promise<number> {
  keepHeapModest()
  const program = new Command('labelwright')
    .description(
      'People and vision-language models label a dataset together: to a stated quality, at the lowest cost, with nothing lost.',
    )
    .version(await version())
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(--help shows what can be said)')
    .addHelpText(
      'after',
      '\nStart here:\n  labelwright demo                 see it work, without any data of yours\n  labelwright init ./pictures      make a project of your own',
    )
  for (const add of [
    addDemo,
    addInit,
    addLabel,
    addSimulate,
    addPrompts,
    addServe,
    addStatus,
    addSpend,
    addExport,
    addDoctor,
  ])
    add(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (thrown) {
    return report(thrown)
  }
}

const wrongUsage: ReadonlySet<string> = new Set(['bad-config', 'bad-option', 'no-project', 'bad-sample-options'])

function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  if (thrown instanceof LabelwrightError) {
    printError(thrown)
    return wrongUsage.has(thrown.code) ? 2 : 1
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    process.stderr.write('\nStopped. Everything answered so far is kept; the same command goes on from here.\n')
    return 1
  }
  process.stderr.write(
    `\nThis should not have happened: ${messageOf(thrown)}\n${thrown instanceof Error ? (thrown.stack ?? '') : ''}\n`,
  )
  return 1
}
