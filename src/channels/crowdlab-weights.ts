import type { Matrix } from '../tensor/matrix.ts'
import { agreementOf } from './majority-vote.ts'
import type { Votes } from './votes.ts'

/** How much models and annotators count, and what that was read from. */
export interface JudgeWeights {
  /** Shape `[models]`. */
  readonly models: Float64Array
  /** Shape `[annotators]`. */
  readonly annotators: Float64Array
  /** How often a vote agrees with the consensus, in `[0, 1]`: what one vote says for its class. */
  readonly rightWhenCast: number
  /** Mean number of votes of the items that have any. */
  readonly votesPerItem: number
  /** Whether any item has two votes; where none has, nothing can be weighed and every weight is 1. */
  readonly compared: boolean
}

/** A weight is never less than this, so that it can be divided by. */
const least = 1e-6

/**
 * Weighs models and annotators by how much less they err than always saying the commonest class.
 *
 * @param models - Class probabilities, shape `[n, k]` each.
 * @param consensus - Class of each item, shape `[n]`, any value where an item has no vote.
 */
export function weighJudges(votes: Votes, models: readonly Matrix[], consensus: Int32Array): JudgeWeights {
  const { items, annotators, classes: k, offsets } = votes
  const agreement = agreementOf(votes, consensus)
  const frequency = new Int32Array(k)
  let [voted, shared, agreed] = [0, 0, 0]
  for (let i = 0; i < items; i++) {
    const count = offsets[i + 1]! - offsets[i]!
    if (count > 0) voted++
    if (count < 2) continue
    shared++
    agreed += agreement[i]!
    frequency[consensus[i]!]!++
  }
  const votesPerItem = votes.item.length / voted
  if (shared === 0) {
    const [ones, modelOnes] = [new Float64Array(annotators).fill(1), new Float64Array(models.length).fill(1)]
    return { models: modelOnes, annotators: ones, rightWhenCast: 1, votesPerItem, compared: false }
  }
  const baseline = Math.max(1 - Math.max(...frequency) / shared, least)
  const worth = (error: number): number => Math.max(1 - error / baseline, least)
  return {
    models: Float64Array.from(
      models,
      (predProbs) => worth(modelErrors(votes, predProbs, consensus) / shared) * Math.sqrt(votesPerItem),
    ),
    annotators: agreementWithOthers(votes).map((share) => worth(1 - share)),
    rightWhenCast: agreed / shared,
    votesPerItem,
    compared: true,
  }
}

/** On how many items with two votes or more the likeliest class is not the consensus. */
function modelErrors({ items, offsets }: Votes, { cols: k, data }: Matrix, consensus: Int32Array): number {
  let errors = 0
  for (let i = 0; i < items; i++) {
    if (offsets[i + 1]! - offsets[i]! < 2) continue
    let best = 0
    for (let y = 1; y < k; y++) if (data[i * k + y]! > data[i * k + best]!) best = y
    if (best !== consensus[i]) errors++
  }
  return errors
}

/** Share of the other votes on an annotator's items that agree with it; the mean of all where there is no other vote. Shape `[annotators]`. */
function agreementWithOthers({ items, annotators, classes, annotator, label, offsets }: Votes): Float64Array {
  const [agreeing, others] = [new Float64Array(annotators), new Float64Array(annotators)]
  const counts = new Int32Array(classes)
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    for (let v = from; v < to; v++) counts[label[v]!]!++
    for (let v = from; v < to; v++) {
      agreeing[annotator[v]!]! += counts[label[v]!]! - 1
      others[annotator[v]!]! += to - from - 1
    }
    for (let v = from; v < to; v++) counts[label[v]!] = 0
  }
  return sharesOrMean(agreeing, others)
}

/** `part / whole`, and where the whole is 0 the mean of the other shares. */
export function sharesOrMean(part: Float64Array, whole: Float64Array): Float64Array {
  let [sum, count] = [0, 0]
  for (let a = 0; a < part.length; a++) {
    if (whole[a] === 0) continue
    sum += part[a]! / whole[a]!
    count++
  }
  return part.map((value, a) => (whole[a] === 0 ? sum / count : value / whole[a]!))
}
