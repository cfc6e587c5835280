import type { Annotator } from '../annotators/annotator.ts'
import type { Micros } from '../core/money.ts'
import { expectedCost } from '../core/price.ts'
import { questionKey, type Question } from '../core/question.ts'
import { fineLevel } from '../core/taxonomy.ts'
import type { LedgerEntry, PlannedQuestion } from '../store/store.ts'
import type { Campaign } from './campaign.ts'

/** One annotator and one question it can be asked, with the items on which it has not been asked yet. */
export interface OpenOffer {
  readonly annotator: Annotator
  readonly question: Question
  readonly price: Micros
  /** 1 where the question may be asked, shape `[n]`. */
  readonly available: Uint8Array
}

/** Every annotator × question, and where each may still be asked: what it knows of, has not answered, and no trusted label settles. */
export function openOffers(campaign: Campaign, ledger: readonly LedgerEntry[], trusted: Int32Array): OpenOffer[] {
  const asked = new Set<string>()
  const paid = new Map<string, { sum: Micros; answers: number }>()
  for (const { annotator, question, item, cost } of ledger) {
    asked.add(keyOf(annotator, question, item))
    const key = keyOf(annotator, question)
    const { sum, answers } = paid.get(key) ?? { sum: 0, answers: 0 }
    paid.set(key, { sum: sum + cost, answers: answers + 1 })
  }
  return campaign.annotators.flatMap((annotator) =>
    annotator.questions.map((question) => {
      const { sum, answers } = paid.get(keyOf(annotator.id, question)) ?? { sum: 0, answers: 1 }
      return {
        annotator,
        question,
        // What was paid so far corrects a guess of tokens that was too low. Free answers are planned at the smallest coin: it is money
        // that gives a batch its size.
        price: Math.max(1, expectedCost(annotator.price, question), Math.ceil(sum / answers)),
        available: Uint8Array.from(campaign.items, (item, i) => {
          if (trusted[i]! >= 0 || asked.has(keyOf(annotator.id, question, i))) return 0
          return annotator.kind === 'queued' || annotator.knows(item) ? 1 : 0
        }),
      }
    }),
  )
}

/**
 * Whom of the trusted annotators one may ask whether a class is right, for less than what it is. The label is left open: {@link putVerdict} fills
 * it in.
 */
export function verdictOffers(campaign: Campaign, settling: readonly OpenOffer[]): OpenOffer[] {
  return settling.flatMap((offer) => {
    const question: Question = { kind: 'verify', label: '' }
    const price = Math.max(1, expectedCost(offer.annotator.price, question))
    return offer.annotator.verifies && price < offer.price ? [{ ...offer, question, price }] : []
  })
}

/** Whether an item is of the class, put to one of the offers that are available on it: in turn, by the item's number. */
export function putVerdict(item: number, label: string, offers: readonly OpenOffer[]): PlannedQuestion[] {
  const question: Question = { kind: 'verify', label }
  return put(
    [item],
    offers.map((offer) => ({ ...offer, question })),
    'learn',
    item,
  )
}

/** The offers whose answers settle an item: trusted annotators asked for the fine class, at the lowest such price. */
export function settlingOffers(campaign: Campaign, offers: readonly OpenOffer[]): OpenOffer[] {
  const fine = questionKey({ kind: 'classify', level: fineLevel(campaign.taxonomy).name })
  const settling = offers.filter(({ annotator, question }) => annotator.trusted && questionKey(question) === fine)
  const cheapest = Math.min(...settling.map(({ price }) => price))
  return settling.filter(({ price }) => price === cheapest)
}

/** Questions about the items, dealt in turn to the offers that are available on them. */
export function put(
  items: readonly number[],
  offers: readonly OpenOffer[],
  purpose: PlannedQuestion['purpose'],
  firstTurn = 0,
): PlannedQuestion[] {
  return items.map((item, place) => {
    const turn = firstTurn + place
    const able = offers.filter(({ available }) => available[item])
    const { annotator, question, price } = able[turn % able.length]!
    return { item, annotator: annotator.id, question, attempt: 0, reserved: price, purpose }
  })
}

function keyOf(annotator: string, question: Question, item?: number): string {
  return `${annotator}\u0000${questionKey(question)}\u0000${item}`
}
