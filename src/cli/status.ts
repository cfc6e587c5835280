import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { formatMoney, fromMicros, type Micros } from '../core/money.ts'
import { projectPaths } from '../project/paths.ts'
import { readConfig } from '../project/read-config.ts'
import { readMetrics, type RoundMetrics } from '../project/rounds.ts'
import { countUnusable, unusableWords } from '../project/unusable-answers.ts'
import { amount, certificateWords, count, percent, stopWords } from '../project/words.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { LedgerEntry, SpendRow } from '../store/store.ts'
import { onProject } from './options.ts'
import { makeTerminal, type Terminal } from './terminal.ts'

export function addStatus(program: Command): void {
  onProject(program.command('status'))
    .description('say where the project stands: money, rounds, open questions, how each annotator does')
    .addHelpText('after', '\nExample:\n  labelwright status --dir ./birds')
    .action(async ({ dir, json }: { dir: string; json?: boolean }) => {
      const terminal = makeTerminal({ json: json ?? false })
      const { currency, budget, dir: folder } = await readConfig(dir, process.env)
      const paths = projectPaths(folder)
      if (!existsSync(paths.ledger)) {
        terminal.say('Nothing has been asked yet. Run: labelwright label')
        return terminal.result({ rounds: 0, spent: 0, currency, annotators: [], open: {} })
      }
      const store = await openSqliteStore(paths.ledger)
      try {
        const [spend, open, rounds] = [await store.spend(), await store.openQuestions(), await store.plannedRounds()]
        const metrics = (await readMetrics(paths.rounds)).at(-1)
        const ledger = await store.answers()
        const annotators = perAnnotator(spend, ledger)
        const spent = annotators.reduce((sum, row) => sum + row.spent, 0)
        terminal.say(
          `Spent ${formatMoney(spent, currency)}${budget === null ? '' : ` of ${formatMoney(budget, currency)}`} in ${amount(rounds, 'round')}.`,
        )
        for (const row of annotators) {
          const earned = metrics?.annotators.filter(({ id }) => id === row.annotator) ?? []
          const trust = earned.map(
            ({ level, weight, agreement, drawn }) =>
              `; ${level}: ${drawn > 0 ? `right on about ${percent(agreement)}, judged on ${amount(drawn, 'random item')}` : 'no random item judged yet'}, weight ${weight}`,
          )
          terminal.say(`  ${row.annotator}: ${answersWords(row)}, ${formatMoney(row.spent, currency)}${trust.join('')}`)
        }
        const unusable = countUnusable(ledger)
        for (const found of unusable) terminal.say(`  ${unusableWords(found)}`)
        for (const [annotator, questions] of open)
          terminal.say(`  ${amount(questions, 'open question')} for ${annotator}`)
        if (metrics) sayMetrics(metrics, open.size > 0, terminal)
        terminal.result({
          rounds,
          spent: fromMicros(spent),
          budget: budget === null ? null : fromMicros(budget),
          currency,
          annotators: annotators.map((row) => ({ ...row, spent: fromMicros(row.spent) })),
          open: Object.fromEntries(open),
          unusable,
          last: metrics ?? null,
        })
      } finally {
        await store.close()
      }
    })
}

function sayMetrics(metrics: RoundMetrics, areAsked: boolean, terminal: Terminal): void {
  if (metrics.byPeople > 0)
    terminal.say(
      `${percent(metrics.expectedAccuracy)} of the labels are expected to be right; people gave ${count(metrics.byPeople)} of them.`,
    )
  if (metrics.certificate) terminal.say(certificateWords(metrics.certificate, metrics.items))
  terminal.say(
    metrics.stopped
      ? `Finished: ${stopWords(metrics.stopped)}.`
      : `Not finished. Run: labelwright ${areAsked ? 'serve' : 'label'}`,
  )
}

interface AnnotatorTotal {
  readonly annotator: string
  readonly answers: number
  /** How many of them say yes or no to a class. */
  readonly verdicts: number
  readonly spent: Micros
}

function perAnnotator(rows: readonly SpendRow[], ledger: readonly LedgerEntry[]): AnnotatorTotal[] {
  return [...Map.groupBy(rows, ({ annotator }) => annotator)].map(([annotator, own]) => ({
    annotator,
    answers: own.reduce((sum, { answers }) => sum + answers, 0),
    verdicts: ledger.filter((entry) => entry.annotator === annotator && entry.question.kind === 'verify').length,
    spent: own.reduce((sum, { spent }) => sum + spent, 0),
  }))
}

function answersWords({ answers, verdicts }: AnnotatorTotal): string {
  return `${amount(answers, 'answer')}${verdicts > 0 ? `, ${count(verdicts)} of them yes or no` : ''}`
}
