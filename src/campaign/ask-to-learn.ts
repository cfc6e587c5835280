import { makeRng, permutation } from '../core/rng.ts'
import type { PlannedQuestion } from '../store/store.ts'
import { trustedIds } from './campaign.ts'
import type { Method, Means } from './methods/method.ts'
import { methodOf } from './methods/methods.ts'
import { put, type OpenOffer } from './offers.ts'
import type { Standing } from './standing.ts'

/** A batch teaches the head something new when it is a fair share of what it knows already. */
const usualBatch = { least: 10, share: 0.15 }

/** The whole pool is asked about at once only where this share of the money is left for people. */
const leastForPeople = 0.5

/** The next round's questions for the learner's sake; none where the money is spent or nothing is worth its price. */
export async function askToLearn(standing: Standing, means: Omit<Means, 'batch'>): Promise<PlannedQuestion[]> {
  const { campaign, ledger, round } = standing
  if (means.money < means.price) return []
  const method = methodOf(campaign.plan)
  if (round === 0) return begin(standing, means, method)
  const { least, share } = campaign.plan.batch ?? usualBatch
  const trusted = trustedIds(campaign)
  const paid = ledger.reduce((sum, { annotator, cost }) => sum + (trusted.has(annotator) ? cost : 0), 0)
  return method.choose(standing, { ...means, batch: Math.max(least, Math.floor((share * paid) / means.price)) })
}

/** The first round: randomly drawn items, put to a person and to whom the method wants to hear about them, so that channels can be estimated. */
function begin(
  { campaign, hearing }: Standing,
  { offers, settling, money, price }: Omit<Means, 'batch'>,
  method: Method,
): PlannedQuestion[] {
  const { plan, items } = campaign
  const beside = (what: 'drawn' | 'pool') =>
    offers.filter((offer) => canBegin(offer) && method.atStart(offer, campaign) === what)
  const ofPool = beside('pool').flatMap((offer) =>
    put(
      [...offer.available.keys()].filter((i) => offer.available[i]),
      [offer],
      'seed',
    ),
  )
  const costOfPool = ofPool.reduce((sum, { reserved }) => sum + reserved, 0)
  const isAffordable = money - costOfPool >= Math.max(price, leastForPeople * money)
  const [everywhere, left] = isAffordable ? [ofPool, money - costOfPool] : [[], money]
  const ofEverybody = price + beside('drawn').reduce((sum, offer) => sum + offer.price, 0)
  // A budget that does not pay for everybody about a single item still pays for people.
  const [others, perItem] = ofEverybody <= left ? [beside('drawn'), ofEverybody] : [[], price]
  const wanted = typeof plan.start === 'number' ? plan.start : plan.start.length
  const count = Math.min(wanted, items.length, Math.max(1, Math.floor(left / perItem)))
  const order = typeof plan.start === 'number' ? permutation(items.length, makeRng(plan.seed, 'start')) : plan.start
  const drawn = [...order]
    .filter((item) => hearing.trusted[item]! < 0 && settling.some(({ available }) => available[item]))
    .slice(0, count)
  return [
    ...put(drawn, settling, 'seed'),
    ...others.flatMap((offer) =>
      put(
        drawn.filter((item) => offer.available[item]),
        [offer],
        'seed',
      ),
    ),
    ...everywhere,
  ]
}

/** Who wants to be shown examples has to wait until there are some. */
function canBegin({ annotator }: OpenOffer): boolean {
  return !annotator.trusted && !(annotator.kind === 'immediate' && annotator.wantsExamples)
}
