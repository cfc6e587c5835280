import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { formatMoney } from '../core/money.ts'
import type { Project } from '../project/project.ts'
import { certificateWords, stopWords } from '../project/words.ts'
import { peopleOf, type CircleStanding } from './circle.ts'

/** Where the campaign stands, as `GET /api/status` says it. */
export interface Status {
  readonly title: string
  /** Tells this ledger from every other one that may be served at the same address. */
  readonly ledger: string
  readonly noun: 'picture' | 'text'
  readonly items: number
  readonly answersByPeople: number
  /** Money in words, with its currency; `budget` is null where there is none. */
  readonly spent: string
  readonly budget: string | null
  /** In `[0, 1]`; null before anybody's answers were learned from. */
  readonly expectedAccuracy: number | null
  readonly target: number | null
  /** The round whose questions are being answered, from 0; -1 before the first. */
  readonly round: number
  readonly people: readonly PersonStatus[]
  /** Questions open with annotators that are no people. */
  readonly openElsewhere: number
  /**
   * - `asking`: people have questions open.
   * - `thinking`: the next round is being planned, or models are answering.
   * - `stuck`: the last attempt to go on failed; `note` says why, and it is tried again.
   * - `finished`: nothing more will be asked; `note` says why.
   * - `unattended`: nobody answers on the page, by configuration.
   */
  readonly phase: 'asking' | 'thinking' | 'stuck' | 'finished' | 'unattended'
  readonly note: string | null
  /** In one sentence. */
  readonly certificate: string | null
  readonly hasReport: boolean
}

interface PersonStatus {
  readonly id: string
  readonly open: number
  /** Of the round whose questions are open. */
  readonly answeredInRound: number
  readonly answered: number
}

/** Sums up where a project stands, from the store's counters and the circle. */
export async function statusOf(project: Project, circle: CircleStanding, ledger: string): Promise<Status> {
  const { campaign, config, paths } = project
  const [spend, open, rounds] = await Promise.all([
    campaign.store.spend(),
    campaign.store.openQuestions(),
    campaign.store.plannedRounds(),
  ])
  const round = rounds - 1
  const ids = peopleOf(project)
  const people = ids.map((id): PersonStatus => {
    const own = spend.filter(({ annotator }) => annotator === id)
    const sum = (rows: typeof own): number => rows.reduce((total, { answers }) => total + answers, 0)
    return {
      id,
      open: open.get(id) ?? 0,
      answeredInRound: sum(own.filter((row) => row.round === round)),
      answered: sum(own),
    }
  })
  const trusted = new Set(campaign.annotators.flatMap(({ id, trusted }) => (trusted ? [id] : [])))
  const { metrics } = circle
  return {
    title: basename(config.dir),
    ledger,
    noun: campaign.items[0]?.source.kind === 'text' ? 'text' : 'picture',
    items: campaign.items.length,
    answersByPeople: spend.reduce((sum, row) => sum + (trusted.has(row.annotator) ? row.answers : 0), 0),
    spent: formatMoney(
      spend.reduce((sum, row) => sum + row.spent, 0),
      config.currency,
    ),
    budget: config.budget === null ? null : formatMoney(config.budget, config.currency),
    expectedAccuracy: metrics && metrics.byPeople > 0 ? metrics.expectedAccuracy : null,
    target: config.target?.accuracy ?? null,
    round,
    people,
    openElsewhere: [...open].reduce((sum, [id, n]) => sum + (ids.includes(id) ? 0 : n), 0),
    ...phaseOf(circle, people),
    certificate: metrics?.certificate ? certificateWords(metrics.certificate, campaign.items.length) : null,
    hasReport: existsSync(paths.report),
  }
}

function phaseOf(
  { turning, outcome, problem, metrics }: CircleStanding,
  people: readonly PersonStatus[],
): Pick<Status, 'phase' | 'note'> {
  if (people.length === 0) return { phase: 'unattended', note: metrics?.stopped ? stopWords(metrics.stopped) : null }
  if (people.some(({ open }) => open > 0)) return { phase: 'asking', note: problem }
  if (turning) return { phase: 'thinking', note: null }
  if (problem !== null) return { phase: 'stuck', note: problem }
  if (outcome?.kind === 'finished') return { phase: 'finished', note: stopWords(outcome.reason) }
  return { phase: 'thinking', note: null }
}
