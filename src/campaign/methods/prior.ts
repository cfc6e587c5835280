import { makeRng, permutation, type Rng } from '../../core/rng.ts'
import { queryNoise } from '../../strategies/prior/noise-set.ts'
import { put, type OpenOffer } from '../offers.ts'
import { isOffered } from './asked-model.ts'
import type { Method } from './method.ts'
import type { PriorOptions } from './options.ts'
import { believePrior, isPriorBelief, type PriorBelief } from './prior/believe-prior.ts'
import { foundationOf } from './prior/foundation.ts'
import { enoughChecks } from './prior/guard.ts'

/** This share of people's questions checks pseudo-labels, until there are enough checks of each class. */
const checkShare = 0.1
/** At most this share of the money goes to the model in a round, so that some is left for people. */
const shareOfModel = 0.5

/**
 * A foundation model labels the whole pool; people are asked where it and the small model are in doubt together.
 *
 * What it returns throws `no-foundation` where a campaign has no such model.
 *
 * @see Zhang, Li, Zhang and Zhu, PriorAL, ICML 2026 (arXiv:2606.07630).
 */
export function priorMethod(options: PriorOptions = {}): Method {
  return {
    atStart: (offer, campaign) => (isOffered(foundationOf(campaign, options.annotator), offer) ? 'pool' : 'nothing'),
    believe: (campaign, heard) => believePrior(campaign, heard, options),
    choose: async (standing, { offers, settling, money, price, batch }) => {
      const { campaign, belief, round } = standing
      const { plan } = campaign
      const held = isPriorBelief(belief) ? belief : await believePrior(campaign, standing, options)
      const isAskable = (item: number): boolean => settling.some(({ available }) => available[item])
      const split = { noise: held.split.noise.filter(isAskable), clean: held.split.clean.filter(isAskable) }
      const size = Math.min(batch, Math.floor(money / Math.max(1, price)))

      const checks = (options.guard ?? true) ? Math.ceil(checkShare * size) : 0
      const checked = drawChecks(split.clean, held, checks, makeRng(plan.seed, 'checks', round))
      const unchecked = { noise: split.noise, clean: split.clean.filter((item) => !checked.has(item)) }
      const doubtful = queryNoise(unchecked, held.small, size - checked.size)
      const toPeople = put([...checked, ...doubtful], settling, 'learn')
      const ofModel = offers.find((offer) => isOffered(held.foundation, offer))
      const left = money - toPeople.reduce((sum, { reserved }) => sum + reserved, 0)
      const rest = ofModel ? askTheRest(ofModel, shareOfModel * left, makeRng(plan.seed, 'prior', round)) : []
      return [...toPeople, ...rest]
    },
  }
}

/**
 * Draws items of the clean set at random, so that the pseudo-labels of every class are checked by people; the classes with fewest checks
 * first. Rare classes look clean and would never be asked about, however wrong the foundation model is there.
 */
function drawChecks(clean: Int32Array, { pseudoLabels, checked }: PriorBelief, count: number, rng: Rng): Set<number> {
  const soFar = checked.slice()
  const drawn = new Set<number>()
  const order = permutation(clean.length, rng)
  for (let wanted = 1; wanted <= enoughChecks; wanted++) {
    for (const place of order) {
      if (drawn.size >= count) return drawn
      const item = clean[place]!
      const r = pseudoLabels[item]!
      if (soFar[r]! >= wanted || drawn.has(item)) continue
      drawn.add(item)
      soFar[r]!++
    }
  }
  return drawn
}

/**
 * Asks the foundation model about what it has not seen, as far as the money goes: at the start it may have had to wait for examples, or the
 * money did not pay for the whole pool.
 */
function askTheRest(offer: OpenOffer, money: number, rng: Rng) {
  const items = permutation(offer.available.length, rng).filter((item) => offer.available[item])
  return put([...items.subarray(0, Math.max(0, Math.floor(money / offer.price)))], [offer], 'learn')
}
