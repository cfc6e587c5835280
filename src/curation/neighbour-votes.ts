import type { Neighbours } from '../tensor/nearest-neighbours.ts'

/** What the neighbours of each item of a sample vote for, parallel to the sample. */
export interface NeighbourVotes {
  /** Votes for the item's own label, as a share of the length of the vector of votes, in `[0, 1]`. */
  readonly support: Float64Array
  /** The label with most votes. */
  readonly winner: Int32Array
  /** The label with most votes beside the item's own; -1 where all voted for its own. */
  readonly rival: Int32Array
}

/** So that an item whose neighbours are all at right angles still has a vote of its own. */
const leastWeight = 1e-6

/**
 * Soft votes: each neighbour votes for its label with weight `1 - d`, and so does the item itself, at the distance `2 d₁ - d₂` (where
 * the line through its two nearest neighbours meets it, since a distance of 0 would outweigh everything). Ties go to the lowest label.
 *
 * @param near - Cosine neighbours of the sample's items, at least 2 of each.
 * @see Zhu, Dong, Liu, Detecting Corrupted Labels Without Training a Model to Predict, ICML 2022 (arXiv:2110.06283).
 */
export function castVotes(near: Neighbours, sample: Int32Array, labels: Int32Array, k: number): NeighbourVotes {
  const [winner, rival] = [new Int32Array(sample.length), new Int32Array(sample.length)]
  const support = new Float64Array(sample.length)
  const votes = new Float64Array(k)
  for (let at = 0; at < sample.length; at++) {
    const own = labels[sample[at]!]!
    const [start, end] = [at * near.k, (at + 1) * near.k]
    votes[own] = weightAt(2 * near.distances[start]! - near.distances[start + 1]!)
    for (let from = start; from < end; from++) votes[labels[near.indices[from]!]!]! += weightAt(near.distances[from]!)
    let squares = votes[own]! * votes[own]!
    let best = -1
    for (let from = start; from < end; from++) {
      const label = labels[near.indices[from]!]!
      if (label === own || label === best) continue
      if (best < 0 || votes[label]! > votes[best]! || (votes[label] === votes[best] && label < best)) best = label
    }
    rival[at] = best
    winner[at] = best >= 0 && (votes[best]! > votes[own]! || (votes[best] === votes[own] && best < own)) ? best : own
    const ownVotes = votes[own]!
    votes[own] = 0
    for (let from = start; from < end; from++) {
      const label = labels[near.indices[from]!]!
      squares += votes[label]! * votes[label]!
      votes[label] = 0
    }
    support[at] = ownVotes / Math.sqrt(squares)
  }
  return { support, winner, rival }
}

function weightAt(distance: number): number {
  return Math.max(1 - distance, leastWeight)
}
