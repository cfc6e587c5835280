import { estimateHoc } from '../channels/hoc.ts'
import { LabelwrightError } from '../core/error.ts'
import { permutation, type Rng } from '../core/rng.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { nearestNeighbours, type Neighbours } from '../tensor/nearest-neighbours.ts'
import { checkLabels, checkNeighbours, classCount } from './check-items.ts'
import type { LabelIssues } from './find-label-issues.ts'
import { castVotes, type NeighbourVotes } from './neighbour-votes.ts'
import { quantileOfSorted } from './quantile.ts'
import { neighboursWithin, neighboursWithMargin } from './sampled-neighbours.ts'

export interface SimiFeatOptions {
  /**
   * `vote`: an item is suspicious where its neighbours vote for another label. `rank`: in each class those with least support are, as
   * many as the noise estimated by HOC says. Default vote: in our measurements it was never clearly worse, and mostly better.
   */
  readonly mode?: 'vote' | 'rank'
  /** Number of classes. Default: the highest label plus 1. */
  readonly k?: number
  /** Voters of each item, itself included, at least 3. Default 10. */
  readonly voters?: number
  /** Random subsets that are looked at. Default 21. */
  readonly epochs?: number
  /** Their share of all items, above 0, at most 1. Default 0.9. */
  readonly share?: number
}

/** What {@link simiFeat} found. */
export interface SimiFeat extends LabelIssues {
  /** 1 where an item was suspicious in most of the subsets it was in, shape `[n]`. */
  readonly isIssue: Uint8Array
  /** The flagged items, those most often suspicious first, then those with least support. */
  readonly ranked: Int32Array
  /** How often each item was suspicious: `(times + 1) / (subsets it was in + 2)`. Shape `[n]`, in `(0, 1)`. */
  readonly suspicion: Float64Array
  /** How much its neighbours support each item's label, averaged over subsets. Shape `[n]`, in `[0, 1]`, 1 where all agree. */
  readonly support: Float64Array
  /** The label that the neighbours of a suspicious item vote for instead; its own where it never was. Shape `[n]`. */
  readonly suggested: Int32Array
  /**
   * How far to trust the suggestion: `suspicion · (times it was the vote + 1) / (times suspicious + 2)`. The paper's program divides by
   * `times suspicious + k`, which sinks with the number of classes. Shape `[n]`, in `[0, 1)`; 0 where there is none.
   */
  readonly confidence: Float64Array
}

/**
 * Finds wrong labels without training anything: items whose nearest neighbours have other labels.
 *
 * The neighbours are found once, with a margin, and read off for each subset; where too few of them are in a subset, they are searched
 * again. So the result is that of searching each subset.
 *
 * @param features - Shape `[n, d]`, compared by cosine: of an encoder that puts items of one class together.
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @throws {@link LabelwrightError} `too-few-items` where a subset has no `voters`, `bad-option`, `length-mismatch`, `bad-label`,
 *   `bad-feature-value`, and as of {@link estimateHoc}.
 * @see Zhu, Dong, Liu, Detecting Corrupted Labels Without Training a Model to Predict, ICML 2022 (arXiv:2110.06283).
 * @example
 * ```ts
 * const { ranked, suggested } = await simiFeat(embeddings, labels, makeRng(1, 'simifeat'))
 * ```
 */
export async function simiFeat(
  features: Matrix,
  labels: Int32Array,
  rng: Rng,
  options: SimiFeatOptions = {},
): Promise<SimiFeat> {
  const { mode = 'vote', k = classCount(labels), voters = 10, epochs = 21, share = 0.9 } = options
  const n = features.rows
  checkOptions(voters, epochs, share)
  checkLabels(labels, n, k)
  const sampled = Math.floor(share * n)
  checkNeighbours(sampled, voters - 1)
  const margin = Math.min(n - 1, neighboursWithMargin(voters - 1, share))
  const wide = await nearestNeighbours(features, features, margin, { metric: 'cosine', excludeSelf: true })
  const noise = mode === 'rank' ? noiseOfLabels(labels, wide, k, rng) : null
  const record = makeRecord(labels, epochs)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const sample = permutation(n, rng).subarray(0, sampled).sort()
    const votes = castVotes(await neighboursWithin(features, wide, sample, voters - 1), sample, labels, k)
    record.add(sample, votes, noise ? leastSupported(sample, votes, labels, noise) : outvoted(sample, votes, labels))
  }
  return record.summary()
}

function outvoted(sample: Int32Array, { winner }: NeighbourVotes, labels: Int32Array): Uint8Array {
  return Uint8Array.from(sample, (item, at) => Number(winner[at] !== labels[item]))
}

/** `P(true ≠ j | given j)` of each class by HOC, kept in `[0.05, 0.95]`. */
function noiseOfLabels(labels: Int32Array, neighbours: Neighbours, k: number, rng: Rng): Float64Array {
  const { truthGiven } = estimateHoc(labels, neighbours, k, { rng })
  return Float64Array.from({ length: k }, (_, j) => Math.min(0.95, Math.max(0.05, 1 - truthGiven.data[j * k + j]!)))
}

/** In each class the share of the sample's items that its noise says, those with least support, unless nobody voted against them. */
function leastSupported(
  sample: Int32Array,
  { support, rival }: NeighbourVotes,
  labels: Int32Array,
  noise: Float64Array,
): Uint8Array {
  const members: number[][] = Array.from(noise, () => [])
  for (let at = 0; at < sample.length; at++) members[labels[sample[at]!]!]!.push(at)
  const losses = support.map((value) => -Math.log(value + 1e-8))
  const flagged = new Uint8Array(sample.length)
  members.forEach((places, j) => {
    const threshold = quantileOfSorted(Float64Array.from(places, (at) => losses[at]!).sort(), 1 - noise[j]!)
    for (const at of places) flagged[at] = Number(losses[at]! >= threshold && rival[at]! >= 0)
  })
  return flagged
}

/** Keeps count of the subsets. */
function makeRecord(labels: Int32Array, epochs: number) {
  const n = labels.length
  const [seen, times] = [new Int32Array(n), new Int32Array(n)]
  const supportSum = new Float64Array(n)
  /** The vote against an item's label each time it was suspicious, shape `[n, epochs]`. */
  const against = new Int32Array(n * epochs)
  const add = (sample: Int32Array, { support, rival }: NeighbourVotes, flagged: Uint8Array): void => {
    for (let at = 0; at < sample.length; at++) {
      const item = sample[at]!
      seen[item]!++
      supportSum[item]! += support[at]!
      if (flagged[at]) against[item * epochs + times[item]!++] = rival[at]!
    }
  }
  const summary = (): SimiFeat => {
    const suspicion = Float64Array.from(times, (count, i) => (count + 1) / (seen[i]! + 2))
    const support = supportSum.map((sum, i) => (seen[i] ? sum / seen[i]! : 1))
    const suggested = labels.slice()
    const confidence = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      if (times[i] === 0) continue
      const { value, count } = mostFrequent(against.subarray(i * epochs, i * epochs + times[i]!))
      suggested[i] = value
      confidence[i] = (suspicion[i]! * (count + 1)) / (times[i]! + 2)
    }
    const isIssue = Uint8Array.from(suspicion, (value) => Number(value > 0.5))
    const ranked = Int32Array.from(isIssue.keys())
      .filter((i) => isIssue[i] === 1)
      .sort((a, b) => suspicion[b]! - suspicion[a]! || support[a]! - support[b]! || a - b)
    return { isIssue, ranked, suspicion, support, suggested, confidence }
  }
  return { add, summary }
}

/** Ties go to the lowest value. Sorts the values in place. */
function mostFrequent(values: Int32Array): { readonly value: number; readonly count: number } {
  values.sort()
  let best = { value: values[0]!, count: 0 }
  for (let from = 0, to = 0; from < values.length; from = to) {
    while (to < values.length && values[to] === values[from]) to++
    if (to - from > best.count) best = { value: values[from]!, count: to - from }
  }
  return best
}

function checkOptions(voters: number, epochs: number, share: number): void {
  const isUsable = Number.isInteger(voters) && voters >= 3 && Number.isInteger(epochs) && epochs >= 1
  if (isUsable && share > 0 && share <= 1) return
  throw new LabelwrightError(
    'bad-option',
    `SimiFeat cannot work with ${voters} voters, ${epochs} epochs and a share of ${share}.`,
    'Give 3 voters or more, 1 epoch or more and a share above 0, at most 1.',
  )
}
