import { LabelwrightError } from '../core/error.ts'
import { argmaxRows } from '../tensor/matrix.ts'
import type { Campaign } from './campaign.ts'
import { runCampaign, type RunHooks } from './run.ts'

/** What a campaign had spent, and the share of right labels over the whole pool that it bought. */
export interface LearningPoint {
  /** In the campaign's currency. */
  readonly spent: number
  /** In `[0, 1]`; people's answers count as given. */
  readonly accuracy: number
}

/**
 * Runs a campaign against known labels and measures every turn.
 *
 * @param truth - Class of each item, shape `[n]`; -1 where it is unknown, such items do not count.
 * @param options.enough - Stop once this share is right. Default 1.
 * @throws {@link LabelwrightError} `no-truth` before anything is asked, where no item's truth is known.
 */
export async function learningCurve(
  campaign: Campaign,
  truth: Int32Array,
  options: Omit<RunHooks, 'onTurn'> & { readonly enough?: number },
): Promise<LearningPoint[]> {
  const points: LearningPoint[] = []
  const stop = new AbortController()
  await runCampaign(campaign, {
    ...options,
    signal: AbortSignal.any([options.signal, stop.signal]),
    onTurn: ({ standing, posterior }) => {
      const spent = standing.ledger.reduce((sum, { cost }) => sum + cost, 0) / 1e6
      points.push({ spent, accuracy: shareRight(argmaxRows(posterior), truth) })
      if (points.at(-1)!.accuracy >= (options.enough ?? 1)) stop.abort()
    },
  }).catch((thrown: unknown) => {
    if (!stop.signal.aborted) throw thrown
  })
  return points
}

/**
 * The share of labels that equal the truth, over the items whose truth is known.
 *
 * @throws {@link LabelwrightError} `no-truth` where there is none.
 */
export function shareRight(labels: Int32Array, truth: Int32Array): number {
  let [known, right] = [0, 0]
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! < 0) continue
    known++
    if (labels[i] === truth[i]) right++
  }
  if (known === 0)
    throw new LabelwrightError('no-truth', 'The truth is known of no item.', 'Give a column of known labels.')
  return right / known
}

/** The least money at which a curve reaches an accuracy, linear between its points; null where it never does. */
export function moneyToReach(points: readonly LearningPoint[], accuracy: number): number | null {
  for (let i = 0; i < points.length; i++) {
    const here = points[i]!
    if (here.accuracy < accuracy) continue
    const before = points[i - 1]
    if (!before) return here.spent
    const share = (accuracy - before.accuracy) / (here.accuracy - before.accuracy)
    return before.spent + share * (here.spent - before.spent)
  }
  return null
}
