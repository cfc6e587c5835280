import { costRange, type UsageEstimate } from '../annotators/vlm/money/estimate.ts'
import { eachEnd, mean, times, type Range } from '../annotators/vlm/money/range.ts'
import { openOffers, settlingOffers, verdictOffers, type OpenOffer } from '../campaign/offers.ts'
import type { Item } from '../core/item.ts'
import type { Micros } from '../core/money.ts'
import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { makeRng, permutation } from '../core/rng.ts'
import type { LedgerEntry } from '../store/store.ts'
import type { MeasurableModel } from './estimate-model.ts'
import { firstRound, type FirstRound } from './first-round.ts'
import { paidSoFar, type PaidSoFar } from './paid-so-far.ts'
import { pictureTable, type PictureTable } from './picture-table.ts'
import { tryPictures } from './picture-trial.ts'
import type { PriceSource } from './prices.ts'
import type { Project } from './project.ts'

/** What labelling a project will cost, as far as can be said before anybody is asked. Money in micros. */
export interface ProjectEstimate {
  readonly rows: readonly QuestionEstimate[]
  readonly pictures: readonly PictureTable[]
  /** Null: the project has begun. */
  readonly firstRound: FirstRound | null
  readonly spent: Micros
}

/** What one annotator's answers to one question cost; those to whether a class is right are one row, about no class in particular. */
export interface QuestionEstimate {
  readonly annotator: string
  readonly question: Question
  readonly price: Price
  readonly source: PriceSource
  /** Null where no tokens are counted. */
  readonly usage: UsageEstimate | null
  readonly cost: Range
  /** How many items the annotator knows. */
  readonly items: number
  readonly costOfAll: Range
  /** How many such questions the rest of the budget pays for; null without a budget, or where they are free. */
  readonly affordable: Range | null
  /** Null before the first answer. */
  readonly paid: PaidSoFar | null
}

const mostPictures = 32

/** Measures a project without asking anybody: questions are composed as they would be, pictures encoded as they would be sent. */
export async function estimateProject({ campaign, config, models }: Project): Promise<ProjectEstimate> {
  const { store, annotators, items, plan } = campaign
  const ledger = await store.answers()
  const spent = ledger.reduce((sum, { cost }) => sum + cost, 0)
  const order = permutation(items.length, makeRng(config.seed, 'estimate'))
  const drawn = Array.from(order.subarray(0, mostPictures), (i) => items[i]!)

  const rows: QuestionEstimate[] = []
  const pictures: PictureTable[] = []
  for (const annotator of annotators) {
    const model = models.get(annotator.id)
    const offers = openOffers({ ...campaign, annotators: [annotator] }, [], new Int32Array(items.length).fill(-1))
    const verdicts = plan.strategy === 'information' ? verdictOffers(campaign, settlingOffers(campaign, offers)) : []
    for (const offer of [...offers, ...verdicts]) {
      const usage = model ? await typicalUsage(model, offer.question, drawn) : null
      rows.push(rowOf(offer, { usage, model, ledger, left: Math.max(0, plan.budget - spent) }))
    }
    const table = model && (await pictureTable(annotator, model, drawn))
    if (table) pictures.push(table)
  }
  const hasBegun = ledger.length > 0 || (await store.plannedRounds()) > 0
  return { rows, pictures, firstRound: hasBegun ? null : await firstRound(campaign, rows), spent }
}

/** Whole tokens, rounded up; null where nothing can be sent. */
async function typicalUsage(
  model: MeasurableModel,
  question: Question,
  drawn: readonly Item[],
): Promise<UsageEstimate | null> {
  const texts = drawn.filter(({ source }) => source.kind === 'text').map((item) => ({ item, size: null }))
  const sent = [...texts, ...(await tryPictures(drawn, model.picture))]
  if (sent.length === 0) return null
  const usages = sent.map(({ item, size }) => model.usage(question, item, size))
  return eachEnd((end) => ({
    input: Math.ceil(mean(usages.map((usage) => usage[end].input))),
    output: Math.ceil(mean(usages.map((usage) => usage[end].output))),
  }))
}

interface Found {
  readonly usage: UsageEstimate | null
  readonly model: MeasurableModel | undefined
  readonly ledger: readonly LedgerEntry[]
  /** Of the budget. */
  readonly left: Micros
}

function rowOf({ annotator, question, available }: OpenOffer, { usage, model, ledger, left }: Found): QuestionEstimate {
  const { id, price } = annotator
  const cost = costRange(price, question, usage)
  const items = available.reduce((sum, is) => sum + is, 0)
  return {
    annotator: id,
    question,
    price,
    source: model?.source ?? { kind: 'config' },
    usage,
    cost,
    items,
    costOfAll: times(items, cost),
    affordable: left === Infinity || cost.low === 0 ? null : questionsFor(left, cost),
    paid: paidSoFar(ledger, id, question),
  }
}

/** Dear questions are few, so the ends change places. */
function questionsFor(money: Micros, { low, expected, high }: Range): Range {
  const [most, likely, least] = [low, expected, high].map((cost) => Math.floor(money / cost))
  return { low: least!, expected: likely!, high: most! }
}
