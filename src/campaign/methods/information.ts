import { questionKey } from '../../core/question.ts'
import { fineLevel } from '../../core/taxonomy.ts'
import type { PlannedQuestion } from '../../store/store.ts'
import { information, type Offer } from '../../strategies/information.ts'
import { argmaxRows } from '../../tensor/matrix.ts'
import { believe, type Belief, type EarnedChannel } from '../belief.ts'
import { put, putVerdict, verdictOffers, type OpenOffer } from '../offers.ts'
import type { Standing } from '../standing.ts'
import type { Means, Method } from './method.ts'

/** Our own: whom to ask what about which item, by labels set right per money. */
export const informationMethod: Method = {
  atStart: () => 'drawn',
  believe: ({ pool }, { hearing }) => believe(pool, hearing),
  choose: async (standing, means) => {
    const { campaign, hearing, belief } = standing
    const likeliest = argmaxRows(belief.posterior)
    const { classes } = fineLevel(campaign.taxonomy)
    const guess = (item: number): string => classes[likeliest[item]!]!.name
    const verdicts = verdictOffers(campaign, means.settling)
    const people: Offer = {
      price: means.price,
      available: anyOf(means.settling, campaign.items.length),
      answers: 'truth',
      // Whoever is asked, the price must hold: a round never costs more than was decided.
      ...(verdicts.length > 0 &&
        verdicts.length === means.settling.length && {
          verdict: {
            price: Math.max(...verdicts.map(({ price }) => price)),
            available: unasked(standing, guess),
          },
        }),
    }
    const models = means.offers.flatMap((offer): Heard[] => {
      const answers = means.settling.includes(offer) ? null : earnedAnswers(offer, belief)
      return answers ? [{ ...offer, answers }] : []
    })
    const money = Math.min(means.money, means.batch * means.price)
    const trustedLabels = hearing.trusted.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0)
    const { features } = campaign.pool
    const unjudged = onTrial(standing, means)
    const question = people.verdict?.price ?? people.price
    const trials = Math.min(mostOnTrials, unjudged.reduce((sum, { price }) => sum + price, 0) / question)
    const choices = information(belief.posterior, [people, ...models], {
      trustedLabels,
      money: (1 - trials) * money,
      features,
    })
    const asked = choices.flatMap(({ item, offer, asks }) => {
      if (offer > 0) return put([item], [models[offer - 1]!], 'learn')
      if (asks === 'verdict') return putVerdict(item, guess(item), verdicts)
      return put([item], means.settling, 'learn', item)
    })
    const chosen = bySameQuestion(asked)
    const left = money - chosen.reduce((sum, { reserved }) => sum + reserved, 0)
    return [...chosen, ...audition(unjudged, chosen, { ...means, money: left })]
  },
}

/** People answer faster where the question stays the same. */
function bySameQuestion(questions: readonly PlannedQuestion[]): PlannedQuestion[] {
  return [...Map.groupBy(questions, ({ question }) => questionKey(question)).values()].flat()
}

/** Where nobody has been asked yet whether the guess is right: after contradictory verdicts it may have been. */
function unasked({ ledger, campaign }: Standing, guess: (item: number) => string): Uint8Array {
  const open = new Uint8Array(campaign.items.length).fill(1)
  for (const { item, question } of ledger) {
    if (question.kind === 'verify' && question.label === guess(item)) open[item] = 0
  }
  return open
}

function anyOf(offers: readonly OpenOffer[], n: number): Uint8Array {
  const any = new Uint8Array(n)
  for (const { available } of offers) for (let i = 0; i < any.length; i++) any[i]! |= available[i]!
  return any
}

/** An annotator is heard on this many items with a trusted label before its weight is final, if that is cheap enough. */
const auditionOverlap = 100
const auditionPriceShare = 0.05
/** The most of a round's money that auditions may take. */
const mostOnTrials = 0.5

/** Cheap annotators that nobody can judge yet. */
function onTrial({ belief }: Standing, { offers, price }: Means): OpenOffer[] {
  return offers.filter((offer) => {
    const overlap = earnedBy(offer, belief)?.channel.overlap ?? 0
    return !offer.annotator.trusted && overlap < auditionOverlap && offer.price <= auditionPriceShare * price
  })
}

/** They are asked along with people, about the same items. */
function audition(
  unjudged: readonly OpenOffer[],
  chosen: readonly PlannedQuestion[],
  { settling, money }: Means,
): PlannedQuestion[] {
  const byPeople = chosen
    .filter(({ annotator }) => settling.some((offer) => offer.annotator.id === annotator))
    .map(({ item }) => item)
  let left = money
  return unjudged.flatMap((offer) => {
    const items = byPeople.filter((item) => offer.available[item]).slice(0, Math.floor(left / Math.max(1, offer.price)))
    left -= items.length * offer.price
    return put(items, [offer], 'learn')
  })
}

type Heard = OpenOffer & Offer

/** What an untrusted annotator's answer to this question tells; null where it has earned no weight. */
function earnedAnswers(offer: OpenOffer, belief: Belief): Offer['answers'] | null {
  const earned = earnedBy(offer, belief)
  return earned && earned.weight > 0
    ? { likelihood: earned.channel.likelihood, weight: earned.weight, teaches: belief.othersTeach ?? false }
    : null
}

function earnedBy({ annotator, question }: OpenOffer, { channels }: Belief): EarnedChannel | undefined {
  return channels.find(
    ({ testimony }) =>
      question.kind === 'classify' && testimony.annotator === annotator.id && testimony.level.name === question.level,
  )
}
