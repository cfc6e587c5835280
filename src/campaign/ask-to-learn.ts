import type { Micros } from '../core/money.ts'
import { makeRng, permutation } from '../core/rng.ts'
import type { PlannedQuestion } from '../store/store.ts'
import { information, type Offer } from '../strategies/information.ts'
import { strategyForPools } from '../strategies/strategies.ts'
import type { Belief, EarnedChannel } from './belief.ts'
import { put, type OpenOffer } from './offers.ts'
import type { Standing } from './standing.ts'

/** Whom a round may ask, and what it may cost. */
interface Means {
  readonly offers: readonly OpenOffer[]
  readonly settling: readonly OpenOffer[]
  readonly money: Micros
  /** Of one settling answer. */
  readonly price: Micros
}

/** A batch teaches the head something new when it is a fair share of what it knows already. */
const leastBatch = 10
const batchShare = 0.15

/** The next round's questions for the learner's sake; none where the money is spent or nothing is worth its price. */
export async function askToLearn(standing: Standing, means: Means): Promise<PlannedQuestion[]> {
  if (means.money < means.price) return []
  return standing.round === 0 ? begin(standing, means) : choose(standing, means)
}

/** The first round: randomly drawn items, put to a person and, for `information`, to everybody else, so that channels can be estimated. */
function begin({ campaign, hearing }: Standing, { offers, settling, money, price }: Means): PlannedQuestion[] {
  const { plan, items } = campaign
  const everybody = plan.strategy === 'information' ? offers.filter(canBegin) : []
  const ofEverybody = price + everybody.reduce((sum, offer) => sum + offer.price, 0)
  // A budget that does not pay for everybody about a single item still pays for people.
  const [others, perItem] = ofEverybody <= plan.budget ? [everybody, ofEverybody] : [[], price]
  const count = Math.min(plan.start, items.length, Math.max(1, Math.floor(money / perItem)))
  const order = permutation(items.length, makeRng(plan.seed, 'start'))
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
  ]
}

/** Who wants to be shown examples has to wait until there are some. */
function canBegin({ annotator }: OpenOffer): boolean {
  return !annotator.trusted && !(annotator.kind === 'immediate' && annotator.wantsExamples)
}

async function choose(standing: Standing, means: Means): Promise<PlannedQuestion[]> {
  const { campaign, hearing, belief, round } = standing
  const { plan } = campaign
  const trustedLabels = hearing.trusted.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0)
  const batch = Math.max(leastBatch, Math.floor(batchShare * trustedLabels))
  if (plan.strategy !== 'information') {
    const candidates = Int32Array.from(hearing.trusted.keys()).filter((item) =>
      means.settling.some(({ available }) => available[item]),
    )
    const size = Math.min(batch, Math.floor(means.money / Math.max(1, means.price)))
    const { features } = campaign.pool
    const pool = { predProbs: belief.posterior, candidates, features, labels: hearing.trusted }
    const chosen = await strategyForPools(plan.strategy)(pool, size, makeRng(plan.seed, 'choose', round))
    return put([...chosen], means.settling, 'learn')
  }
  const heard = means.offers.flatMap((offer): Heard[] => {
    const answers = means.settling.includes(offer) ? 'truth' : earnedAnswers(offer, belief)
    return answers ? [{ ...offer, answers }] : []
  })
  const money = Math.min(means.money, batch * means.price)
  const choices = information(belief.posterior, heard, { trustedLabels, money })
  const chosen = choices.flatMap(({ item, offer }) => put([item], [heard[offer]!], 'learn'))
  return [...chosen, ...audition(standing, means, chosen)]
}

/** An annotator is heard on this many items with a trusted label before its weight is final, if that is cheap enough. */
const auditionOverlap = 100
const auditionPriceShare = 0.05

/** Cheap annotators that nobody can judge yet are asked along with people, about the same items. */
function audition(
  { belief }: Standing,
  { offers, settling, money, price }: Means,
  chosen: readonly PlannedQuestion[],
): PlannedQuestion[] {
  const byPeople = chosen
    .filter(({ annotator }) => settling.some((offer) => offer.annotator.id === annotator))
    .map(({ item }) => item)
  let left = money - chosen.reduce((sum, { reserved }) => sum + reserved, 0)
  return offers.flatMap((offer) => {
    const overlap = earnedBy(offer, belief)?.channel.overlap ?? 0
    if (offer.annotator.trusted || overlap >= auditionOverlap || offer.price > auditionPriceShare * price) return []
    const items = byPeople.filter((item) => offer.available[item]).slice(0, Math.floor(left / Math.max(1, offer.price)))
    left -= items.length * offer.price
    return put(items, [offer], 'learn')
  })
}

type Heard = OpenOffer & Offer

/** What an untrusted annotator's answer to this question tells; null where it has earned no weight. */
function earnedAnswers(offer: OpenOffer, belief: Belief): Offer['answers'] | null {
  const earned = earnedBy(offer, belief)
  return earned && earned.weight > 0 ? { likelihood: earned.channel.likelihood, weight: earned.weight } : null
}

function earnedBy({ annotator, question }: OpenOffer, { channels }: Belief): EarnedChannel | undefined {
  return channels.find(
    ({ testimony }) =>
      question.kind === 'classify' && testimony.annotator === annotator.id && testimony.level.name === question.level,
  )
}
