import type { Micros } from '../core/money.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { marginOf } from './margin.ts'
import { largest } from './query-strategy.ts'
import { settlingCost } from './settling-cost.ts'
import { spreadOut } from './spread-out.ts'

/** Someone who could be asked one kind of question, at a price. */
export interface Offer {
  readonly price: Micros
  /** 1 where the question may be asked, shape `[n]`. */
  readonly available: Uint8Array
  /**
   * `truth`: the answer counts as the truth. Otherwise the annotator's channel `C[y, r]`, shape `[k, c]`, the weight in `(0, 1]` that its
   * answers have earned, and whether the learner profits from what it says about other items.
   */
  readonly answers: 'truth' | { readonly likelihood: Matrix; readonly weight: number; readonly teaches?: boolean }
  /** Where the truth can be had: what it costs to ask whether the likeliest class is right, and where one may. Default: that is not asked. */
  readonly verdict?: { readonly price: Micros; readonly available: Uint8Array }
}

/** One question worth asking: which item, by which offer, and the labels it is expected to set right. */
export interface Choice {
  readonly item: number
  readonly offer: number
  /** `class`, or `verdict`: whether the likeliest one is right. */
  readonly asks: 'class' | 'verdict'
  readonly price: Micros
  /** Labels that it is expected to set right, from here on until the item is settled where people are asked, per money of `price`. */
  readonly gain: number
}

/**
 * Errors fall like `1 / sqrt(labels)` in the learning curves of `bench/campaign-real.ts`: so one more label from a person sets right
 * `errors / (2 · labels)` labels of other items, beside its own.
 */
const learningExponent = 0.5

/** Weighing an item costs k · c per offer; the items below these ranks are decided enough to wait for a later round. */
const mostDoubtful = 20_000
const mostWork = 2e9

/** A question that is expected to set right less than this many labels is never worth asking. */
const leastGain = 1e-4

/** A batch of people's questions is spread over the best that would cost so many times its money, */
const spreadOver = 10
/** but not over more than this, and only so many of them; a larger batch is a fair share of what there is. */
const mostCandidates = 4000
const mostSpread = 1000

/**
 * Expected information per money over item × annotator × question, where information is counted in labels set right.
 *
 * - People settle an item, `1 - max π`, and teach the learner about the others (see `learningExponent`), the more the closer the item lies to
 *   a boundary between classes: in proportion to `1 - margin`. Its price is what settling it is expected to cost, guesses first where that is
 *   cheaper ({@link settlingCost}).
 * - Any other answer is worth how much it is expected to raise the item's highest probability, `Σ_r max_y π(y) C(y, r) - max_y π(y)`, and, where
 *   such answers have been seen to teach, the share of a person's lesson that it tells of the class, `I(y; r) / H(y)`.
 *
 * Nats alone would be the wrong currency: an annotator that is hardly better than chance yields many of them on items that the learner will
 * soon decide alone, and would spend the budget there.
 *
 * @param posterior - Shape `[n, k]`.
 * @param options.trustedLabels - Labels from trusted annotators so far.
 * @param options.money - What this batch may cost.
 * @param options.features - Shape `[n, d]`: with them, the questions to people are spread out over unlike items. Default: they are not.
 * @returns Best per money first, one offer per item; people's questions last where they are spread out.
 * @throws {@link LabelwrightError} `bad-probability` where the posterior holds NaN.
 * @see Howard, Information Value Theory, 1966; Kapoor, Horvitz, Basu, Selective Supervision, IJCAI 2007 (value of information in labelling).
 */
export function information(
  posterior: Matrix,
  offers: readonly Offer[],
  options: { readonly trustedLabels: number; readonly money: Micros; readonly features?: Matrix },
): Choice[] {
  const ranked = rankChoices(posterior, offers, options.trustedLabels)
  const byRate = affordable(ranked, options.money)
  if (!options.features) return byRate
  const isPeoples = ({ offer }: Choice): boolean => offers[offer]!.answers === 'truth'
  const money = byRate.filter(isPeoples).reduce((sum, { price }) => sum + price, 0)
  const peoples = ranked.filter(isPeoples)
  const candidates = affordable(peoples, spreadOver * money).slice(0, mostCandidates)
  const apart = spread(candidates, options.features, money)
  const left = money - apart.reduce((sum, { price }) => sum + price, 0)
  const chosen = new Set(apart)
  const others = peoples.filter((choice) => !chosen.has(choice))
  return [...byRate.filter((choice) => !isPeoples(choice)), ...apart, ...affordable(others, left)]
}

/** Every item's best choice, best rate first. */
function rankChoices(posterior: Matrix, offers: readonly Offer[], trustedLabels: number): Choice[] {
  const doubt = doubtOf(posterior)
  const errors = doubt.reduce((sum, d) => sum + d, 0)
  const taught = (learningExponent * errors) / Math.max(1, trustedLabels)
  const askable = Int32Array.from(doubt.keys()).filter(
    (i) => doubt[i]! > 0 && offers.some((offer) => offer.available[i]),
  )
  const channels = offers.map(({ answers }) =>
    answers === 'truth' ? null : temper(answers.likelihood, answers.weight),
  )
  const work = channels.reduce((sum, channel) => sum + (channel?.logs.length ?? 0), 1)
  const rank = Math.min(mostDoubtful, Math.ceil(mostWork / work))
  const choices: Choice[] = []
  for (const item of largest(askable, rank, (i) => doubt[i]!)) {
    const lesson = taught * (1 - marginOf(posterior, item))
    const choicesOfItem = offers.flatMap(({ available, answers, price, verdict }, offer): Choice[] => {
      if (!available[item]) return []
      if (answers === 'truth') {
        const verdictPrice = verdict?.available[item] ? verdict.price : price
        const { cost, guesses } = settlingCost(posterior, item, verdictPrice / Math.max(1, price))
        const first = guesses ? verdictPrice : price
        const gain = ((doubt[item]! + lesson) * first) / (cost * Math.max(1, price))
        return [{ item, offer, asks: guesses ? 'verdict' : 'class', price: first, gain }]
      }
      const { rise, told } = heardThrough(posterior, item, channels[offer]!)
      return [{ item, offer, asks: 'class', price, gain: rise + (answers.teaches ? lesson * told : 0) }]
    })
    const worthwhile = choicesOfItem.filter(({ gain }) => gain >= leastGain)
    if (worthwhile.length > 0)
      choices.push(worthwhile.reduce((best, next) => (rateOf(next) > rateOf(best) ? next : best)))
  }
  return choices.sort((a, b) => rateOf(b) - rateOf(a) || a.item - b.item)
}

function rateOf({ gain, price }: Choice): number {
  return gain / Math.max(1, price)
}

/** In order, all that the money still pays for. */
function affordable(choices: readonly Choice[], money: Micros): Choice[] {
  let left = money
  return choices.filter(({ price }) => {
    if (price > left) return false
    left -= price
    return true
  })
}

/** Of the candidates, as many as the money pays for, worth their price and unlike each other. */
function spread(candidates: readonly Choice[], features: Matrix, money: Micros): Choice[] {
  let left = money
  let taken = 0
  const directions = unitRows(
    gatherRows(
      features,
      candidates.map(({ item }) => item),
    ),
  )
  return spreadOut(Float64Array.from(candidates, rateOf), directions, (at) => {
    const { price } = candidates[at]!
    if (price > left || taken === mostSpread) return false
    left -= price
    taken++
    return true
  }).map((at) => candidates[at]!)
}

/** `1 - max π` of each item. */
function doubtOf({ rows, cols, data }: Matrix): Float64Array {
  const doubt = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let max = 0
    for (let at = i * cols; at < (i + 1) * cols; at++) if (data[at]! > max) max = data[at]!
    doubt[i] = max >= 1 ? 0 : 1 - max
  }
  return doubt
}

/** A channel as an annotator of some weight is heard, and its logarithms, shape `[k, c]`. */
interface Tempered {
  readonly channel: Matrix
  readonly logs: Float32Array
}

/** Rows to the power of the weight, normalised. */
function temper({ rows, cols, data }: Matrix, weight: number): Tempered {
  const channel = matrix(
    rows,
    cols,
    data.map((p) => p ** weight),
  )
  for (let y = 0; y < rows; y++) {
    const at = row(channel, y)
    const sum = at.reduce((total, p) => total + p, 0)
    for (let r = 0; r < cols; r++) at[r]! /= sum
  }
  return { channel, logs: channel.data.map((p) => (p > 0 ? Math.log(p) : 0)) }
}

/** What an answer is expected to do: to the item's highest probability, and the share it tells of what the class would. */
interface Effect {
  readonly rise: number
  readonly told: number
}

function heardThrough(posterior: Matrix, item: number, { channel, logs }: Tempered): Effect {
  const k = posterior.cols
  const c = channel.cols
  const of = posterior.data.subarray(item * k, (item + 1) * k)
  const logOf = of.map((p) => (p > 0 ? Math.log(p) : 0))
  const best = new Float64Array(c)
  const sums = new Float64Array(c)
  let [before, entropy, joint] = [0, 0, 0]
  for (let y = 0; y < k; y++) {
    const p = of[y]!
    if (p > before) before = p
    entropy -= p * logOf[y]!
    if (p === 0) continue
    for (let r = 0, at = y * c; r < c; r++, at++) {
      const both = p * channel.data[at]!
      if (both > best[r]!) best[r] = both
      sums[r]! += both
      joint += both * (logOf[y]! + logs[at]!)
    }
  }
  let [after, conditional] = [0, -joint]
  for (let r = 0; r < c; r++) {
    after += best[r]!
    if (sums[r]! > 0) conditional += sums[r]! * Math.log(sums[r]!)
  }
  return { rise: after - before, told: entropy > 0 ? Math.max(0, 1 - conditional / entropy) : 0 }
}
