import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import type { Matrix } from '../tensor/matrix.ts'
import type { Votes } from './votes.ts'

export interface MajorityVoteOptions {
  /** A model's class probabilities, shape `[n, k]`: the first to be asked in a tie. */
  readonly predProbs?: Matrix
  /** Decides ties that nothing else does. Default: the lowest class. */
  readonly rng?: Rng
}

/** The result of {@link majorityVote}. */
export interface MajorityVote {
  /** The class most votes name, shape `[n]`; -1 where an item has no vote. */
  readonly consensus: Int32Array
  /** Share of an item's votes that name its consensus, shape `[n]`; 0 where it has no vote. */
  readonly agreement: Float32Array
}

/**
 * The class that most votes name. Ties go to the class that the model holds for likelier; of those to the class rarer among all votes; of
 * those to the class whose annotators agree more often with the consensus of the items without a tie; at last to chance.
 *
 * @throws {@link LabelwrightError} `bad-shape` when `predProbs` is not `[n, k]`, `bad-probability` when one is not in `[0, 1]`.
 * @see Goh et al., CROWDLAB, 2022 (arXiv:2210.06812), and its program for the order of the tie-breaks.
 */
export function majorityVote(votes: Votes, options: MajorityVoteOptions = {}): MajorityVote {
  const { items, classes: k, label, offsets } = votes
  const { predProbs, rng } = options
  if (predProbs !== undefined) checkPredProbs(votes, predProbs)
  const consensus = new Int32Array(items).fill(-1)
  const counts = new Int32Array(k)
  const ties: (readonly [item: number, classes: readonly number[]])[] = []
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    if (from === to) continue
    let most = 0
    for (let v = from; v < to; v++) most = Math.max(most, ++counts[label[v]!]!)
    let tied: number[] | undefined
    for (let v = from; v < to; v++) {
      const y = label[v]!
      if (counts[y] === most) {
        if (consensus[i]! < 0) consensus[i] = y
        else (tied ??= [consensus[i]!]).push(y)
      }
      counts[y] = 0
    }
    if (tied === undefined) continue
    consensus[i] = -1
    ties.push([i, tied.sort((a, b) => a - b)])
  }
  if (ties.length > 0) {
    const frequency = new Int32Array(k)
    for (let v = 0; v < label.length; v++) frequency[label[v]!]!++
    const reliability = agreementWith(votes, consensus)
    for (const [i, tied] of ties) {
      let left = predProbs ? highest(tied, (y) => predProbs.data[i * k + y]!) : tied
      left = highest(left, (y) => -frequency[y]!)
      left = highest(left, (y) => meanReliability(votes, reliability, i, y))
      consensus[i] = left[left.length > 1 && rng ? rng.below(left.length) : 0]!
    }
  }
  return { consensus, agreement: agreementOf(votes, consensus) }
}

/** The share of each item's votes that name its class, shape `[n]`; 0 where it has no vote. */
export function agreementOf({ items, label, offsets }: Votes, classes: Int32Array): Float32Array {
  const agreement = new Float32Array(items)
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    let agreeing = 0
    for (let v = from; v < to; v++) if (label[v] === classes[i]) agreeing++
    if (to > from) agreement[i] = agreeing / (to - from)
  }
  return agreement
}

/** What rounding adds to a probability of 1 at most. */
const slop = 1e-3

/** @throws {@link LabelwrightError} `bad-shape` when the probabilities are not `[n, k]`, `bad-probability` when one is not in `[0, 1]`. */
export function checkPredProbs({ items, classes }: Votes, { rows, cols, data }: Matrix): void {
  if (rows !== items || cols !== classes) {
    throw new LabelwrightError(
      'bad-shape',
      `Got ${rows} x ${cols} class probabilities for ${items} items and ${classes} classes.`,
      'Pass one row per item and one column per class.',
    )
  }
  for (let at = 0; at < data.length; at++) {
    if (data[at]! >= 0 && data[at]! <= 1 + slop) continue
    throw new LabelwrightError(
      'bad-probability',
      `Item ${Math.floor(at / cols)} has probability ${data[at]} for class ${at % cols}.`,
      'Pass probabilities from 0 to 1, one row per item.',
    )
  }
}

/** How often each annotator agrees with the consensus where there is one; the mean of the others for who has no such item. */
function agreementWith({ annotators, item, annotator, label }: Votes, consensus: Int32Array): Float64Array {
  const [agreed, all] = [new Float64Array(annotators), new Float64Array(annotators)]
  for (let v = 0; v < item.length; v++) {
    const y = consensus[item[v]!]!
    if (y < 0) continue
    all[annotator[v]!]!++
    if (label[v] === y) agreed[annotator[v]!]!++
  }
  let [sum, count] = [0, 0]
  for (let a = 0; a < annotators; a++) {
    if (all[a] === 0) continue
    sum += agreed[a]! /= all[a]!
    count++
  }
  return agreed.map((share, a) => (all[a] === 0 && count > 0 ? sum / count : share))
}

function meanReliability(votes: Votes, reliability: Float64Array, i: number, y: number): number {
  let [sum, count] = [0, 0]
  for (let v = votes.offsets[i]!; v < votes.offsets[i + 1]!; v++) {
    if (votes.label[v] !== y) continue
    sum += reliability[votes.annotator[v]!]!
    count++
  }
  return sum / count
}

function highest(classes: readonly number[], value: (y: number) => number): readonly number[] {
  if (classes.length === 1) return classes
  const values = classes.map(value)
  const max = Math.max(...values)
  return classes.filter((_, at) => values[at] === max)
}
