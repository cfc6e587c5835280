import { excludeDenied } from '../../../channels/known.ts'
import { fitLinkedHeads, predictLinked } from '../../../learners/linked-heads.ts'
import { uncertaintyOf } from '../../../strategies/iso/uncertainty.ts'
import { row } from '../../../tensor/matrix.ts'
import type { Belief } from '../../belief.ts'
import type { Campaign } from '../../campaign.ts'
import type { Heard } from '../method.ts'
import type { IsoOptions } from '../options.ts'
import { hearWeakLabels, twoLevelLabels } from './weak-labels.ts'

/** A belief by a coarse and a fine head. */
export interface TwoLevelBelief extends Belief {
  /** How unsure the coarse and the fine head are of each item, shape `[n]`; what people said of it does not change it. */
  readonly uncertainty: { readonly weak: Float32Array; readonly full: Float32Array }
  /** Answers of the weak annotator that were paid for and taught nothing. */
  readonly unusable: number
}

/** Whether a belief is one of two heads. */
export function isTwoLevel(belief: Belief): belief is TwoLevelBelief {
  return 'uncertainty' in belief
}

/**
 * Believes people where they answered, and elsewhere the two heads that they and the weak annotator taught; its answers do not enter the
 * posterior otherwise.
 *
 * @throws {@link LabelwrightError} `no-weak-annotator`.
 */
export async function believeTwoLevels(campaign: Campaign, heard: Heard, options: IsoOptions): Promise<TwoLevelBelief> {
  const { features } = campaign.pool
  const { trusted, denied } = heard.hearing
  const weak = hearWeakLabels(campaign, heard, options)
  const labels = twoLevelLabels(trusted, weak)
  const heads = await fitLinkedHeads(features, labels)
  const { fine: posterior, coarse } = await predictLinked(heads, features)
  const measure = options.uncertainty ?? 'margin'
  const uncertainty = { weak: uncertaintyOf(coarse, measure), full: uncertaintyOf(posterior, measure) }
  excludeDenied(posterior, denied)
  for (const i of labels.fine.rows) row(posterior, i).fill(0)[trusted[i]!] = 1
  const isTaught = labels.fine.rows.length + labels.coarse.rows.length > 0
  return {
    posterior,
    channels: [],
    head: null,
    predict: isTaught ? async (others) => (await predictLinked(heads, others)).fine : null,
    uncertainty,
    unusable: weak.unusable,
  }
}
