import { fromMicros } from '../../core/money.ts'
import type { LedgerEntry } from '../../store/store.ts'
import { argmaxRows, type Matrix } from '../../tensor/matrix.ts'
import type { Campaign } from '../campaign.ts'
import { runCampaign, type RunHooks, type Turn } from '../run.ts'
import { checkKnown, scoresOf } from './scores.ts'

/** Where a simulated campaign stood after a turn. Money in the campaign's currency, everything else in `[0, 1]`. */
export interface SimulatedPoint {
  readonly spent: number
  /** Answers of each annotator so far. */
  readonly answers: Readonly<Record<string, number>>
  /** Right labels over the whole pool; people's answers count as given. */
  readonly poolAccuracy: number
  readonly balancedPoolAccuracy: number
  /** Of what was learned, on items that nobody is asked about; null where there are none. */
  readonly testAccuracy: number | null
  readonly balancedAccuracy: number | null
  readonly macroF1: number | null
}

/** What is known and never shown to the campaign. */
export interface Known {
  /** Class of each item of the pool, shape `[n]`; -1 where it is unknown, such items do not count. */
  readonly truth: Int32Array
  /** Items outside the pool, their features prepared along with the pool's; null without them. */
  readonly test: { readonly features: Matrix; readonly truth: Int32Array } | null
}

/**
 * Runs a campaign against known labels and measures every turn.
 *
 * @param options.isEnough - Stop as soon as a point is this good. Default never.
 * @throws {@link LabelwrightError} `no-truth` before anything is asked, where the truth is known of no item of the pool, or of the test.
 */
export async function simulateCampaign(
  campaign: Campaign,
  known: Known,
  options: Omit<RunHooks, 'onTurn'> & { readonly isEnough?: (point: SimulatedPoint) => boolean },
): Promise<SimulatedPoint[]> {
  checkKnown(known.truth)
  if (known.test) checkKnown(known.test.truth)
  const points: SimulatedPoint[] = []
  const stop = new AbortController()
  await runCampaign(campaign, {
    ...options,
    signal: AbortSignal.any([options.signal, stop.signal]),
    onTurn: async (turn) => {
      const point = await measure(turn, known, campaign.taxonomy.k)
      points.push(point)
      if (options.isEnough?.(point)) stop.abort()
    },
  }).catch((thrown: unknown) => {
    if (!stop.signal.aborted) throw thrown
  })
  return points
}

async function measure({ standing, posterior }: Turn, { truth, test }: Known, k: number): Promise<SimulatedPoint> {
  const pool = scoresOf(argmaxRows(posterior), truth, k)
  const { predict } = standing.belief
  const onTest = test && predict ? scoresOf(argmaxRows(await predict(test.features)), test.truth, k) : null
  return {
    spent: fromMicros(standing.ledger.reduce((sum, { cost }) => sum + cost, 0)),
    answers: answersOf(standing.ledger),
    poolAccuracy: pool.accuracy,
    balancedPoolAccuracy: pool.balancedAccuracy,
    testAccuracy: onTest?.accuracy ?? null,
    balancedAccuracy: onTest?.balancedAccuracy ?? null,
    macroF1: onTest?.macroF1 ?? null,
  }
}

function answersOf(ledger: readonly LedgerEntry[]): Record<string, number> {
  const answers = new Map<string, number>()
  for (const { annotator } of ledger) answers.set(annotator, (answers.get(annotator) ?? 0) + 1)
  return Object.fromEntries(answers)
}
