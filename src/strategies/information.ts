import type { Micros } from '../core/money.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { marginOf } from './margin.ts'
import { largest } from './query-strategy.ts'

/** Someone who could be asked one kind of question, at a price. */
export interface Offer {
  readonly price: Micros
  /** 1 where the question may be asked, shape `[n]`. */
  readonly available: Uint8Array
  /**
   * `truth`: the answer counts as the truth. `verdict`: it says truly whether the likeliest class is right. Otherwise the annotator's channel
   * `C[y, r]`, shape `[k, c]`, the weight in `(0, 1]` that its answers have earned, and whether the learner profits from what it says about
   * other items.
   */
  readonly answers:
    | 'truth'
    | 'verdict'
    | { readonly likelihood: Matrix; readonly weight: number; readonly teaches?: boolean }
}

/** One question worth asking: which item, by which offer, and the labels it is expected to set right. */
export interface Choice {
  readonly item: number
  readonly offer: number
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

/**
 * Expected information per money over item × annotator × question, where information is counted in labels set right: by how much the answer
 * is expected to raise the item's own highest probability, and what it teaches the learner about other items,
 *
 * `gain = E[max π after] - max π + taught · (1 - margin) · I(y; answer) / H(y)`.
 *
 * A label of a person teaches `taught = errors / (2 · labels)`, more near a boundary between classes, and any other answer the share of it
 * that it tells of the class: all of it for a person's label, `h(max π) / H(π)` for a verdict on the likeliest class.
 *
 * Nats alone would be the wrong currency: an annotator that is hardly better than chance yields many of them on items that the learner will
 * soon decide alone, and would spend the budget there.
 *
 * @param posterior - Shape `[n, k]`.
 * @param options.trustedLabels - Labels from trusted annotators so far.
 * @param options.money - What this batch may cost.
 * @returns Best per money first, one offer per item.
 * @see Howard, Information Value Theory, 1966; Kapoor, Horvitz, Basu, Selective Supervision, IJCAI 2007 (value of information in labelling).
 */
export function information(
  posterior: Matrix,
  offers: readonly Offer[],
  options: { readonly trustedLabels: number; readonly money: Micros },
): Choice[] {
  const doubt = doubtOf(posterior)
  const errors = doubt.reduce((sum, d) => sum + d, 0)
  const taught = (learningExponent * errors) / Math.max(1, options.trustedLabels)
  const askable = Int32Array.from(doubt.keys()).filter(
    (i) => doubt[i]! > 0 && offers.some((offer) => offer.available[i]),
  )
  const choices: Choice[] = []
  const rate = ({ offer, gain }: Choice): number => gain / Math.max(1, offers[offer]!.price)
  const channels = offers.map(({ answers }) =>
    typeof answers === 'string' ? null : temper(answers.likelihood, answers.weight),
  )
  const work = channels.reduce((sum, channel) => sum + (channel?.data.length ?? 0), 1)
  const rank = Math.min(mostDoubtful, Math.ceil(mostWork / work))
  for (const item of largest(askable, rank, (i) => doubt[i]!)) {
    const lesson = taught * (1 - marginOf(posterior, item))
    let best: Choice | null = null
    offers.forEach((offer, at) => {
      if (!offer.available[item]) return
      const channel = channels[at]
      const { rise, told } = channel
        ? heardThrough(posterior, item, channel)
        : offer.answers === 'truth'
          ? { rise: doubt[item]!, told: 1 }
          : verdictOn(posterior, item)
      const teaches = typeof offer.answers === 'string' || offer.answers.teaches
      const gain = rise + (teaches ? lesson * told : 0)
      const isBetter = !best || rate({ item, offer: at, gain }) > rate(best)
      if (gain >= leastGain && isBetter) best = { item, offer: at, gain }
    })
    if (best) choices.push(best)
  }
  choices.sort((a, b) => rate(b) - rate(a) || a.item - b.item)
  let left = options.money
  return choices.filter(({ offer }) => {
    const { price } = offers[offer]!
    if (price > left) return false
    left -= price
    return true
  })
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

/** The channel as an annotator of that weight is heard: rows to the power of the weight, normalised. */
function temper(likelihood: Matrix, weight: number): Matrix {
  const { rows, cols } = likelihood
  const tempered = matrix(
    rows,
    cols,
    likelihood.data.map((p) => p ** weight),
  )
  for (let y = 0; y < rows; y++) {
    const at = tempered.data.subarray(y * cols, (y + 1) * cols)
    const sum = at.reduce((total, p) => total + p, 0)
    for (let r = 0; r < cols; r++) at[r]! /= sum
  }
  return tempered
}

/** What an answer is expected to do: to the item's highest probability, and the share it tells of what the class would. */
interface Effect {
  readonly rise: number
  readonly told: number
}

/** A yes settles the item; after a no the second likeliest class is the likeliest. */
function verdictOn(posterior: Matrix, item: number): Effect {
  let [first, second, entropy] = [0, 0, 0]
  for (let at = item * posterior.cols; at < (item + 1) * posterior.cols; at++) {
    const p = posterior.data[at]!
    if (p > first) [first, second] = [p, first]
    else if (p > second) second = p
    entropy -= plogp(p)
  }
  return { rise: second, told: entropy > 0 ? Math.min(1, -(plogp(first) + plogp(1 - first)) / entropy) : 0 }
}

function heardThrough(posterior: Matrix, item: number, channel: Matrix): Effect {
  const k = posterior.cols
  let [before, after, entropy, conditional] = [0, 0, 0, 0]
  for (let y = 0; y < k; y++) {
    const p = posterior.data[item * k + y]!
    if (p > before) before = p
    entropy -= plogp(p)
  }
  for (let r = 0; r < channel.cols; r++) {
    let [max, sum, logs] = [0, 0, 0]
    for (let y = 0; y < k; y++) {
      const p = posterior.data[item * k + y]! * channel.data[y * channel.cols + r]!
      if (p > max) max = p
      sum += p
      logs += plogp(p)
    }
    after += max
    conditional -= logs - plogp(sum)
  }
  return { rise: after - before, told: entropy > 0 ? Math.max(0, 1 - conditional / entropy) : 0 }
}

function plogp(p: number): number {
  return p > 0 ? p * Math.log(p) : 0
}
