import { existsSync } from 'node:fs'
import { InvalidArgumentError, type Command } from 'commander'
import { formatMoney, fromMicros, type Micros } from '../core/money.ts'
import { projectPaths } from '../project/paths.ts'
import { readConfig } from '../project/read-config.ts'
import { groupSpend, spendGroups, totalSpend, type SpendGroup, type Spending } from '../project/spend.ts'
import { count, percent } from '../project/words.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { joined, tables } from './columns.ts'
import { onProject } from './options.ts'
import { makeTerminal } from './terminal.ts'

interface SpendOptions {
  readonly dir: string
  readonly json?: boolean
  readonly by?: readonly SpendGroup[]
}

export function addSpend(program: Command): void {
  onProject(program.command('spend'))
    .description('say what was spent, by annotator, round and question: money, time and tokens')
    .option(
      '--by <groups>',
      `one or more of ${spendGroups.join(', ')}, separated by commas; default: all of them`,
      groups,
    )
    .addHelpText(
      'after',
      '\nTrials (labelwright prompts) count once the campaign uses their replies.\n\nExample:\n  labelwright spend --dir ./birds --by annotator',
    )
    .action(async ({ dir, json, by = spendGroups }: SpendOptions) => {
      const terminal = makeTerminal({ json: json ?? false })
      const { currency, budget, dir: folder } = await readConfig(dir, process.env)
      const rows = await spendingOf(projectPaths(folder).ledger, by)
      const total = totalSpend(rows)
      if (rows.length === 0) terminal.say('Nothing has been asked yet. Run: labelwright label')
      else lines(rows, total, { by, budget, currency, width: terminal.width }).forEach((line) => terminal.say(line))
      terminal.result({
        currency,
        budget: budget === null ? null : fromMicros(budget),
        rows: rows.map((row) => forMachines(row, budget)),
        total: forMachines(total, budget),
      })
    })
}

async function spendingOf(ledger: string, by: readonly SpendGroup[]): Promise<Spending[]> {
  if (!existsSync(ledger)) return []
  const store = await openSqliteStore(ledger)
  try {
    return groupSpend(await store.answers(), await store.spend(), by)
  } finally {
    await store.close()
  }
}

interface Frame {
  readonly by: readonly SpendGroup[]
  readonly budget: Micros | null
  readonly currency: string
  /** Of the terminal. */
  readonly width: number
}

function lines(rows: readonly Spending[], total: Spending, { by, budget, currency, width }: Frame): string[] {
  const header = [
    ...by,
    'answers',
    currency,
    'of the budget',
    `${currency} each`,
    'seconds',
    'tokens in',
    'tokens out',
    'calls',
    'lost tries',
    'reserved',
  ]
  const namesOf = ({ group }: Spending): string[] => by.map((name) => String(group[name] ?? '(open)'))
  const parts = tables(
    header,
    [
      ...rows.map((row) => [...namesOf(row), ...figures(row, budget)]),
      ['in all', ...by.slice(1).map(() => ''), ...figures(total, budget)],
    ],
    { keys: by.length, width },
  )
  return joined(
    parts.map((part) => {
      const rule = '─'.repeat(Math.max(...part.map((line) => line.length)))
      return [...part.slice(0, -1), rule, part.at(-1)!]
    }),
  )
}

function figures({ answers, spent, reserved, seconds, tokens }: Spending, budget: Micros | null): string[] {
  return [
    count(answers),
    money(spent),
    budget === null ? '' : shareWords(spent / budget),
    answers === 0 ? '–' : money(spent / answers),
    seconds === null ? '' : seconds.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    ...(tokens ? [count(tokens.input), count(tokens.output), count(tokens.calls)] : ['', '', '']),
    tokens?.lostTries ? count(tokens.lostTries) : '',
    reserved === 0 ? '' : money(reserved),
  ]
}

function shareWords(share: number): string {
  return share > 0 && share < 0.001 ? '< 0.1 %' : percent(share)
}

function forMachines({ group, answers, spent, reserved, seconds, tokens }: Spending, budget: Micros | null): unknown {
  return {
    ...group,
    answers,
    spent: fromMicros(spent),
    shareOfBudget: budget === null ? null : spent / budget,
    mean: answers === 0 ? null : fromMicros(spent / answers),
    seconds,
    tokens,
    reserved: fromMicros(reserved),
  }
}

function money(micros: Micros): string {
  return formatMoney(micros, '').trim()
}

function groups(text: string): readonly SpendGroup[] {
  const named = text.split(',').map((part) => spendGroups.find((group) => group === part.trim()))
  const known = named.filter((group) => group !== undefined)
  if (known.length === 0 || known.length < named.length || new Set(known).size < known.length)
    throw new InvalidArgumentError(`Write one or more of ${spendGroups.join(', ')}, each once.`)
  return known
}
