import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import type { Neighbours } from '../tensor/nearest-neighbours.ts'

/** How often an item and its nearest neighbours carry which labels together. Relative frequencies, each array summing to 1. */
export interface LabelConsensus {
  readonly classes: number
  /** The item's label, shape `[k]`. */
  readonly one: Float64Array
  /** With its nearest neighbour's, shape `[k, k]`. */
  readonly two: Float64Array
  /** With those of its two nearest, shape `[k, k, k]`; left out where that would be too large to fit. */
  readonly three?: Float64Array
}

export interface LabelConsensusOptions {
  readonly rng: Rng
  /** Random subsets that are counted. Default 50. */
  readonly rounds?: number
  /** Share of the items in each. Default 0.9. */
  readonly sampleShare?: number
}

/** Above this many classes triples are not counted: each step of the fit would cost their number times the classes. */
const mostForTriples = 30

/**
 * Counts the labels of items and of their two nearest neighbours within random subsets.
 *
 * @param labels - Noisy class of each item, shape `[n]`, in `0..k-1`.
 * @param neighbours - Of every item among all others, nearest first; at least 2 each, 10 so that hardly any item lacks two in a subset.
 * @throws {@link LabelwrightError} `length-mismatch` when there is not one row of neighbours per label, `bad-shape` when there are fewer
 * than 2 neighbours, `bad-votes` when a label is out of range.
 * @see Zhu et al., Clusterability as an Alternative to Anchor Points When Learning with Noisy Labels, ICML 2021 (arXiv:2102.05291).
 */
export function countLabelConsensus(
  labels: Int32Array,
  neighbours: Neighbours,
  k: number,
  { rng, rounds = 50, sampleShare = 0.9 }: LabelConsensusOptions,
): LabelConsensus {
  checkLabels(labels, neighbours, k)
  const [one, two] = [new Float64Array(k), new Float64Array(k * k)]
  const three = k > mostForTriples ? undefined : new Float64Array(k * k * k)
  const drawn = new Uint8Array(labels.length)
  const { indices, k: width } = neighbours
  let counted = 0
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = Number(rng.uniform() < sampleShare)
    for (let i = 0; i < drawn.length; i++) {
      if (drawn[i] === 0) continue
      let at = i * width
      const end = at + width
      while (at < end && drawn[indices[at]!] === 0) at++
      const first = at++
      while (at < end && drawn[indices[at]!] === 0) at++
      if (at >= end) continue
      const own = labels[i]!
      const pair = own * k + labels[indices[first]!]!
      one[own]!++
      two[pair]!++
      if (three) three[pair * k + labels[indices[at]!]!]!++
      counted++
    }
  }
  if (counted === 0) throw tooFew(labels.length)
  for (const counts of [one, two, three]) counts?.forEach((count, at) => (counts[at] = count / counted))
  return { classes: k, one, two, ...(three && { three }) }
}

function checkLabels(labels: Int32Array, { indices, k: width }: Neighbours, k: number): void {
  if (indices.length !== labels.length * width) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${labels.length} labels, but neighbours of ${indices.length / width} items.`,
      'Pass the neighbours of every item, in the same order.',
    )
  }
  if (width < 2) throw tooFew(labels.length)
  const at = labels.findIndex((y) => y < 0 || y >= k)
  if (at >= 0) {
    throw new LabelwrightError(
      'bad-votes',
      `Item ${at} has label ${labels[at]}, which is not in 0..${k - 1}.`,
      'Leave unlabelled items out, also among the neighbours.',
    )
  }
}

function tooFew(items: number): LabelwrightError {
  return new LabelwrightError(
    'bad-shape',
    `No two neighbours are known of any of ${items} items.`,
    'Pass about 10 nearest neighbours of each item.',
  )
}
