import { formatMoney, fromMicros } from '../core/money.ts'
import { labelProject } from '../project/label.ts'
import type { Project } from '../project/project.ts'
import type { RoundMetrics } from '../project/rounds.ts'
import { countUnusable, unusableWords } from '../project/unusable-answers.ts'
import { amount, certificateWords, count, idleWords, openDataWords, percent, stopWords } from '../project/words.ts'
import { clock } from './session.ts'
import type { Terminal } from './terminal.ts'

/** What `label --json` prints. Money in the project's currency. */
export interface LabelResult {
  readonly outcome: 'finished' | 'waiting'
  readonly reason: string | null
  readonly items: number
  readonly byPeople: number
  readonly spent: number
  readonly currency: string
  readonly expectedAccuracy: number | null
  readonly trueAccuracy: number | null
  readonly certificate: RoundMetrics['certificate']
  readonly open: Readonly<Record<string, number>>
  readonly report: string | null
}

/** Labels a project with a bar per round, and says how it went. */
export async function runLabel(project: Project, terminal: Terminal, signal: AbortSignal): Promise<LabelResult> {
  const { campaign, config, paths } = project
  sayPlan(project, terminal)
  let bar: ReturnType<Terminal['progress']> | undefined
  let answered = 0
  const endBar = (): void => {
    bar?.end()
    bar = undefined
    answered = 0
  }
  const { outcome, metrics } = await labelProject(project, {
    clock,
    signal,
    onAnswer: () => bar?.to(++answered),
    onRound: (metrics, { decision, standing }) => {
      endBar()
      if (standing.round > 0) terminal.say(roundLine(metrics, config.currency))
      if (decision.kind === 'ask' && process.stderr.isTTY)
        bar = terminal.progress(`round ${metrics.round + 1}`, decision.questions.length)
    },
  }).finally(endBar)

  const result: LabelResult = {
    outcome: outcome.kind,
    reason: outcome.kind === 'finished' ? outcome.reason : null,
    items: campaign.items.length,
    byPeople: metrics?.byPeople ?? 0,
    spent: fromMicros((await campaign.store.spend()).reduce((sum, { spent }) => sum + spent, 0)),
    currency: config.currency,
    expectedAccuracy: metrics?.expectedAccuracy ?? null,
    trueAccuracy: metrics?.trueAccuracy ?? null,
    certificate: metrics?.certificate ?? null,
    open: outcome.kind === 'waiting' ? Object.fromEntries(outcome.open) : {},
    report: metrics && metrics.spent > 0 ? paths.report : null,
  }
  sayResult(result, project, terminal)
  for (const unusable of countUnusable(await campaign.store.answers())) terminal.say(unusableWords(unusable))
  terminal.result(result)
  return result
}

function sayPlan({ campaign, config, quarantined }: Project, terminal: Terminal): void {
  const { rows, cols } = campaign.pool.features
  const megabytes = (rows * (3 * cols + 8 * campaign.taxonomy.k) * 4) / 2 ** 20
  const ends = [
    ...(config.budget === null ? [] : [`${formatMoney(config.budget, config.currency)} are spent`]),
    ...(config.target ? [`${percent(config.target.accuracy)} right labels are certified`] : []),
  ]
  terminal.say(
    `${amount(rows, 'item')}, ${campaign.taxonomy.k} classes, ${amount(campaign.annotators.length, 'annotator')}, strategy ${config.strategy}; until ` +
      `${ends.join(' or ')}. Needs about ${Math.ceil(megabytes + 200)} MB of memory.`,
  )
  if (campaign.pool.open) terminal.say(openDataWords(campaign.pool.open, campaign.taxonomy))
  for (const line of idleWords(campaign.annotators)) terminal.say(line)
  if (quarantined.length === 0) return
  terminal.say(`${count(quarantined.length)} could not be used and are left out:`)
  for (const { where, why } of quarantined.slice(0, 5)) terminal.say(`  ${where}: ${why}`)
  if (quarantined.length > 5) terminal.say(`  and ${count(quarantined.length - 5)} more, listed in the report`)
}

function roundLine({ round, spent, expectedAccuracy, trueAccuracy, byPeople }: RoundMetrics, currency: string): string {
  const truth = trueAccuracy === null ? '' : `, truly ${percent(trueAccuracy)}`
  return `round ${String(round).padStart(2)}  ${formatMoney(spent, currency).padStart(12)}  ${count(byPeople).padStart(5)} by people  ${percent(expectedAccuracy)} expected right${truth}`
}

function sayResult(result: LabelResult, project: Project, terminal: Terminal): void {
  const { certificate } = result
  if (result.outcome === 'waiting') {
    for (const [annotator, open] of Object.entries(result.open))
      terminal.say(`\n${amount(open, 'question')} for ${annotator}.`)
    terminal.say(`Answer them in the browser: labelwright serve --dir ${project.config.dir}`)
  } else {
    terminal.say(
      `\nFinished: ${stopWords(result.reason)}. ${count(result.items)} labels for ${result.spent.toFixed(2)} ${result.currency}.`,
    )
  }
  if (certificate) terminal.say(certificateWords(certificate, result.items))
  if (result.report) terminal.say(`Report: ${result.report}`)
}
