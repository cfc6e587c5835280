import { makeRng } from '../../core/rng.ts'
import type { LabelKind, LabelKinds } from '../../strategies/iso/choose-by-value.ts'
import type { Gains } from '../../strategies/iso/gains.ts'
import { percentileRanks } from '../../strategies/iso/percentile-ranks.ts'
import { put } from '../offers.ts'
import { isOffered } from './asked-model.ts'
import { believeTwoLevels, isTwoLevel, type TwoLevelBelief } from './iso/believe-two-levels.ts'
import { chooseLabels } from './iso/choose-labels.ts'
import { estimateGains } from './iso/estimate-gains.ts'
import { weakAnnotator } from './iso/weak-annotator.ts'
import { hearWeakLabels } from './iso/weak-labels.ts'
import type { Method } from './method.ts'
import type { IsoOptions } from './options.ts'

/**
 * Coarse labels of a weak annotator beside fine labels of people: of which item to buy which, for most improvement per money.
 *
 * What it returns throws `no-weak-annotator` where a campaign has none.
 *
 * @see Nguyen et al., VLMs as weak annotators, arXiv:2605.00480; Matsuo et al. (ISO), CVPR 2025, arXiv:2503.06517.
 */
export function isoMethod(options: IsoOptions = {}): Method {
  return {
    atStart: (offer, campaign) => (isOffered(weakAnnotator(campaign, options.annotator), offer) ? 'drawn' : 'nothing'),
    believe: (campaign, heard) => believeTwoLevels(campaign, heard, options),
    choose: async (standing, { offers, settling, money, price, batch }) => {
      const { campaign, hearing, belief, round } = standing
      const { pool, plan } = campaign
      const weak = hearWeakLabels(campaign, standing, options)
      const weakOffer = offers.find((offer) => isOffered(weak.model, offer))!
      const { uncertainty } = isTwoLevel(belief) ? belief : await believeTwoLevels(campaign, standing, options)
      const perLabel =
        options.choice === 'fixed-ratio'
          ? { weak: 1, full: 1 }
          : await estimateGains(pool, hearing.trusted, weak, makeRng(plan.seed, 'gains', round))
      // What is paid for is an answer, and not every answer is a label.
      const gains = { ...perLabel, weak: perLabel.weak * weak.usableShare }
      const isSettling = Uint8Array.from(campaign.items, (_, i) => (settling.some((o) => o.available[i]) ? 1 : 0))
      const kinds = valued(uncertainty, gains, {
        weak: { available: weakOffer.available, price: weakOffer.price },
        full: { available: isSettling, price },
      })
      const chosen = await chooseLabels(
        { features: pool.features, kinds, gains, money: Math.min(money, batch * price) },
        options,
        makeRng(plan.seed, 'choose', round),
      )
      const itemsOf = (kind: keyof LabelKinds) => chosen.filter((label) => label.kind === kind).map(({ item }) => item)
      return [...put(itemsOf('full'), settling, 'learn'), ...put(itemsOf('weak'), [weakOffer], 'learn')]
    },
  }
}

type Unvalued = Readonly<Record<keyof LabelKinds, Omit<LabelKind, 'value'>>>

/** Value per money: gain × percentile of the uncertainty among all items / price. A kind without gain is ranked all the same, for when nothing else is left. */
function valued(uncertainty: TwoLevelBelief['uncertainty'], gains: Gains, kinds: Unvalued): LabelKinds {
  const value = (kind: keyof LabelKinds): LabelKind => {
    const each = (gains[kind] || 1) / kinds[kind].price
    return { ...kinds[kind], value: percentileRanks(uncertainty[kind]).map((rank) => each * rank) }
  }
  return { weak: value('weak'), full: value('full') }
}
