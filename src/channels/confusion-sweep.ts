import type { Votes } from './votes.ts'

/** The state of {@link dawidSkene} between rounds. Classes are padded to an even number with one that nobody believes in. */
export interface ConfusionState {
  readonly votes: Votes
  /** Trusted class of each item, -1 where there is none, shape `[n]`. */
  readonly known: Int32Array
  /** Classes, padded. */
  readonly width: number
  /** Where the row of a vote's annotator and label begins in `confusion` and `counts`, shape `[v]`. */
  readonly rows: Int32Array
  /** `P(true class)`, shape `[width]`. */
  readonly prior: Float64Array
  /** `P(said | true)`, shape `[annotators, said, width]`: the true class runs fastest, as the loops do. */
  readonly confusion: Float64Array
  /** Expected votes, in the shape of `confusion`: what the next `confusion` is made of. */
  readonly counts: Float64Array
  /** Expected items per class, shape `[width]`. */
  readonly mass: Float64Array
  /** What one item's classes weigh, shape `[width]`. */
  readonly weights: Float64Array
  /** Shape `[n, k]`. */
  readonly posterior: Float32Array
}

/** A probability of the table is at least 1e-10 over some million votes, so this many multiply without underflow. */
const safeFactors = 16

/**
 * The expectation of this round and the counts for the next maximisation, in one pass over the votes.
 *
 * Multiplies probabilities instead of adding logarithms, and takes 4 classes at a time, whose products stay in registers. One long function
 * because calls per item cost a fifth of the time.
 *
 * @param read - Whether the posterior is written and the log-likelihood computed; else 0 is returned.
 * @returns Log-likelihood of the votes, and of the known classes, in nats.
 */
export function sweepConfusions(state: ConfusionState, read: boolean): number {
  const { known, width, rows, prior, confusion, counts, mass, weights, posterior } = state
  const { items, classes: k, offsets } = state.votes
  let logLikelihood = 0
  for (let i = 0; i < items; i++) {
    const from = offsets[i]!
    const to = offsets[i + 1]!
    if (from === to) continue
    let sum = 0
    let y = 0
    if (to - from > safeFactors) {
      logLikelihood += weighManyVotes(state, from, to)
      y = width
      sum = 1
    }
    for (; y + 4 <= width; y += 4) {
      let p0 = prior[y]!
      let p1 = prior[y + 1]!
      let p2 = prior[y + 2]!
      let p3 = prior[y + 3]!
      for (let v = from; v < to; v++) {
        const at = rows[v]! + y
        p0 *= confusion[at]!
        p1 *= confusion[at + 1]!
        p2 *= confusion[at + 2]!
        p3 *= confusion[at + 3]!
      }
      weights[y] = p0
      weights[y + 1] = p1
      weights[y + 2] = p2
      weights[y + 3] = p3
      sum += p0 + p1 + p2 + p3
    }
    if (y < width) {
      let p0 = prior[y]!
      let p1 = prior[y + 1]!
      for (let v = from; v < to; v++) {
        const at = rows[v]! + y
        p0 *= confusion[at]!
        p1 *= confusion[at + 1]!
      }
      weights[y] = p0
      weights[y + 1] = p1
      sum += p0 + p1
    }
    const truth = known[i]!
    if (read) logLikelihood += Math.log(truth < 0 ? sum : weights[truth]!)
    if (truth >= 0) {
      weights.fill(0)
      sum = weights[truth] = 1
    }
    const scale = 1 / sum
    for (y = 0; y + 4 <= width; y += 4) {
      const q0 = weights[y]! * scale
      const q1 = weights[y + 1]! * scale
      const q2 = weights[y + 2]! * scale
      const q3 = weights[y + 3]! * scale
      for (let v = from; v < to; v++) {
        const at = rows[v]! + y
        counts[at]! += q0
        counts[at + 1]! += q1
        counts[at + 2]! += q2
        counts[at + 3]! += q3
      }
      mass[y]! += q0
      mass[y + 1]! += q1
      mass[y + 2]! += q2
      mass[y + 3]! += q3
    }
    if (y < width) {
      const q0 = weights[y]! * scale
      const q1 = weights[y + 1]! * scale
      for (let v = from; v < to; v++) {
        const at = rows[v]! + y
        counts[at]! += q0
        counts[at + 1]! += q1
      }
      mass[y]! += q0
      mass[y + 1]! += q1
    }
    if (read) for (y = 0; y < k; y++) posterior[i * k + y] = weights[y]! * scale
  }
  return logLikelihood
}

/** Leaves weights that sum to 1, whatever the number of votes; returns the logarithm of their sum before. */
function weighManyVotes({ rows, prior, confusion, weights, votes }: ConfusionState, from: number, to: number): number {
  const k = votes.classes
  let max = -Infinity
  for (let y = 0; y < k; y++) {
    let log = Math.log(prior[y]!)
    for (let v = from; v < to;) {
      let product = 1
      for (const end = Math.min(v + safeFactors, to); v < end; v++) product *= confusion[rows[v]! + y]!
      log += Math.log(product)
    }
    weights[y] = log
    if (log > max) max = log
  }
  let sum = 0
  for (let y = 0; y < k; y++) sum += weights[y] = Math.exp(weights[y]! - max)
  for (let y = 0; y < k; y++) weights[y]! /= sum
  return max + Math.log(sum)
}
