import type { Votes } from './votes.ts'

/** What a model in which a vote speaks for the class it names, and against all others alike, says of the votes. */
export interface VoteModel {
  /** `ln P(true class)`, shape `[k]`. */
  readonly logPrior: Float64Array
  /** `ln P(this vote | it is wrong)` of each vote, shape `[v]`. */
  readonly wrong: Float64Array
  /** `ln P(this vote | it is right) - ln P(this vote | it is wrong)`, shape `[v]`. */
  readonly gain: Float64Array
}

/**
 * The expectation step of models with one chance of being right per vote: one-coin, GLAD, MACE. Costs votes + n·k instead of votes·k.
 *
 * @param posterior - Written: `P(true class | votes)`, shape `[n, k]`; the prior where an item has no vote.
 * @param known - Trusted class of each item, -1 where there is none. Default: none.
 * @returns Log-likelihood of the votes, and of the known classes, in nats.
 */
export function votePosterior(votes: Votes, model: VoteModel, posterior: Float64Array, known?: Int32Array): number {
  const { items, classes: k, label, offsets } = votes
  const { logPrior, wrong, gain } = model
  let logLikelihood = 0
  for (let i = 0; i < items; i++) {
    const start = i * k
    for (let y = 0; y < k; y++) posterior[start + y] = logPrior[y]!
    for (let v = offsets[i]!; v < offsets[i + 1]!; v++) {
      posterior[start + label[v]!]! += gain[v]!
      logLikelihood += wrong[v]!
    }
    const truth = known === undefined ? -1 : known[i]!
    if (truth >= 0) {
      if (offsets[i] !== offsets[i + 1]) logLikelihood += posterior[start + truth]!
      posterior.fill(0, start, start + k)
      posterior[start + truth] = 1
      continue
    }
    let max = -Infinity
    for (let y = start; y < start + k; y++) if (posterior[y]! > max) max = posterior[y]!
    let sum = 0
    for (let y = start; y < start + k; y++) sum += posterior[y] = Math.exp(posterior[y]! - max)
    const scale = 1 / sum
    for (let y = start; y < start + k; y++) posterior[y]! *= scale
    logLikelihood += max + Math.log(sum)
  }
  return logLikelihood
}

/** The share of its votes that name each class, shape `[n, k]`, uniform where an item has none, or the known class: where EM begins. */
export function voteShares({ items, classes: k, label, offsets }: Votes, known?: Int32Array): Float64Array {
  const shares = new Float64Array(items * k)
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    if (known && known[i]! >= 0) shares[i * k + known[i]!] = 1
    else if (from === to) shares.fill(1 / k, i * k, (i + 1) * k)
    else for (let v = from; v < to; v++) shares[i * k + label[v]!]! += 1 / (to - from)
  }
  return shares
}
