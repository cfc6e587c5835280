import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '../campaign/run.ts'
import type { Clock } from '../core/clock.ts'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { labelProject } from '../project/label.ts'
import type { Project } from '../project/project.ts'
import { readMetrics, readPredictions, type RoundMetrics } from '../project/rounds.ts'
import type { Matrix } from '../tensor/matrix.ts'

/** The campaign as it goes on in the background while people answer. */
export interface Circle {
  /** Says that something was answered; the circle turns where nobody has a question left. */
  nudge(): void
  standing(): CircleStanding
  /** Stops turning; what was answered is kept. */
  close(): Promise<void>
}

export interface CircleStanding {
  readonly turning: boolean
  /** Of the last run; null before it ended. */
  readonly outcome: Outcome | null
  /** Why the last run failed; it is tried again by itself. */
  readonly problem: string | null
  /** Of the last round that was decided, also by an earlier process. */
  readonly metrics: RoundMetrics | null
  /** The probabilities held since then, shape `[n, k]`. */
  readonly posterior: Matrix | null
}

export interface CircleHooks {
  readonly clock: Clock
  readonly onError: (thrown: unknown) => void
}

const [firstPauseMs, longestPauseMs] = [2000, 60_000]

/**
 * Turns a project's circle in the background, one run at a time, whenever nobody has a question left. A run that fails (a model is out of
 * reach, another process labels) is tried again after a pause that doubles. Where no people are configured nothing is ever asked.
 */
export async function turnCircle(project: Project, { clock, onError }: CircleHooks): Promise<Circle> {
  const people = new Set(peopleOf(project))
  const closing = new AbortController()
  const { signal } = closing
  let standing: CircleStanding = { turning: false, outcome: null, problem: null, ...(await lastRound(project)) }
  let running: Promise<void> | null = null
  let isWanted = false

  const turn = async (): Promise<void> => {
    standing = { ...standing, turning: true }
    const { outcome } = await labelProject(project, {
      clock,
      signal,
      onRound: (metrics, { posterior }) => (standing = { ...standing, metrics, posterior, problem: null }),
    })
    standing = { ...standing, outcome, problem: null }
  }

  const turnAsLongAsWanted = async (): Promise<void> => {
    let pauseMs = firstPauseMs
    while (isWanted && !signal.aborted) {
      isWanted = false
      try {
        if (await hasWork(project, people)) await turn()
        else standing = { ...standing, problem: null }
        pauseMs = firstPauseMs
      } catch (thrown) {
        if (signal.aborted) return
        standing = { ...standing, turning: false, problem: messageOf(thrown) }
        if (!isRunElsewhere(thrown)) onError(thrown)
        isWanted = true
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
        pauseMs = Math.min(longestPauseMs, 2 * pauseMs)
      }
    }
  }

  const nudge = (): void => {
    if (people.size === 0 || signal.aborted) return
    isWanted = true
    running ??= turnAsLongAsWanted().finally(() => {
      running = null
      standing = { ...standing, turning: false }
      if (isWanted) nudge()
    })
  }

  nudge()
  return {
    nudge,
    standing: () => standing,
    close: async () => {
      closing.abort()
      await running
    },
  }
}

/** The ids of those who answer on the page. */
export function peopleOf({ campaign }: Project): string[] {
  return campaign.annotators.flatMap(({ kind, id }) => (kind === 'queued' ? [id] : []))
}

/** People who have nothing to do, or others who have: after a crash, say. */
async function hasWork({ campaign }: Project, people: ReadonlySet<string>): Promise<boolean> {
  const open = [...(await campaign.store.openQuestions()).keys()]
  return open.length === 0 || open.some((id) => !people.has(id))
}

async function lastRound({ paths, campaign }: Project): Promise<Pick<CircleStanding, 'metrics' | 'posterior'>> {
  const metrics = (await readMetrics(paths.rounds)).at(-1) ?? null
  const posterior = metrics && (await readPredictions(paths.rounds, metrics.round, campaign.taxonomy).catch(() => null))
  return { metrics, posterior: posterior?.rows === campaign.items.length ? posterior : null }
}

function isRunElsewhere(thrown: unknown): boolean {
  return thrown instanceof LabelwrightError && thrown.code === 'already-running'
}
