import type { TaxonomyLevel } from '../core/taxonomy.ts'
import { LabelwrightError } from '../core/error.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { earnConfidence, type EarnedConfidence } from './confidence.ts'
import { knownRows, noDenials, shareAllowed, type Denials } from './known.ts'
import { columnsAt, type Testimony } from './testimony.ts'

/** How often an annotator says what, given the truth; and, turned around, what the truth is, given what it said. */
export interface Channel {
  /** `C[y, r] = P(said r | true y)`, shape `[k, c + 2]`, rows sum to 1, no entry is 0. */
  readonly likelihood: Matrix
  /** `P(true y | said r)`, shape `[k, c + 2]`, columns sum to 1. */
  readonly truthGiven: Matrix
  /** Items with a trusted label and an answer. */
  readonly overlap: number
  /** How many of them were drawn at random, not chosen by a strategy. */
  readonly drawn: number
  /** The share of right answers among those, smoothed: `(right + 1) / (drawn + 2)`, so a half where there is none. */
  readonly agreement: number
  /**
   * `ln C[y, r]` of each known item (see `knownRows`; and what its confidence adds), in order, as if its own answer had not been counted in `C`,
   * shape `[t, k]`; 0 where it was not asked. Only `agreement` still counts it.
   */
  readonly leftOut: Matrix
  /** What its stated confidence is worth; null where it states none, or it means nothing. Part of `leftOut`, not of the matrices. */
  readonly confidence: EarnedConfidence | null
}

export interface ChannelOptions {
  /** Which trusted items were drawn at random (1) rather than chosen by a strategy (0), shape `[n]`. */
  readonly random: Uint8Array
  /** Pseudo-answers per column of an annotator that is right at its pooled rate. Default 32. */
  readonly strength?: number
  /** Classes that people ruled out for items without a trusted label. They count in shares: a no to what an annotator said is held against it. */
  readonly denied?: Denials
}

/** The items with a trusted label, in order. */
export function trustedRows(trusted: Int32Array): Int32Array {
  const rows: number[] = []
  for (let i = 0; i < trusted.length; i++) if (trusted[i]! >= 0) rows.push(i)
  return Int32Array.from(rows)
}

/** Every answer counts as given once more than it was: else a class that nobody has named yet would look as if anything could be said of it. */
const unseen = 1

/**
 * Estimates the channel of one annotator from the items that also have a trusted label, and from how often it says what at all.
 *
 * What a strategy chose to verify is biased towards the annotator's mistakes, so counting along the rows (`P(r | y)`) would make it look
 * far worse than it is. Counting along the columns (`P(y | r)`), smoothed towards its rate of right answers on randomly drawn items, and
 * multiplying by how often each answer is given, is hurt far less. Rows then follow by Bayes' rule.
 *
 * @param testimony - The annotator's answers, also on items without a trusted label.
 * @param trusted - Trusted class of each item, shape `[n]`, -1 where there is none.
 * @param k - Number of fine classes.
 * @throws {@link LabelwrightError} `length-mismatch` when answers and trusted labels are not over the same items.
 * @see Patrini et al., CVPR 2017, for the transition matrix; the smoothing is ours (`docs/methods/channels.md`).
 */
export function estimateChannel(
  testimony: Testimony,
  trusted: Int32Array,
  k: number,
  { random, strength = 32, denied = noDenials }: ChannelOptions,
): Channel {
  const { said, level } = testimony
  if (said.length !== trusted.length || random.length !== trusted.length) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got answers on ${said.length} items, but ${trusted.length} trusted labels and ${random.length} marks of random choice.`,
      'Pass all three over the same items, in the same order.',
    )
  }
  const columns = columnsAt(level)
  const counts = matrix(k, columns)
  const trustedSaying = new Float64Array(columns)
  const saying = new Float64Array(columns)
  let [overlap, drawn, right] = [0, 0, 0]
  for (let i = 0; i < said.length; i++) {
    const r = said[i]!
    if (r < 0) continue
    saying[r]!++
    const y = trusted[i]!
    if (y < 0) continue
    overlap++
    counts.data[y * columns + r]!++
    trustedSaying[r]!++
    if (random[i]) {
      drawn++
      if (level.groupOf[y] === r) right++
    }
  }
  const agreement = (right + 1) / (drawn + 2)
  const prior = pooledPosterior(level, k)
  const shares = new Map<number, Float64Array>()
  for (const [i, classes] of denied) {
    const r = said[i]!
    if (r < 0 || trusted[i]! >= 0) continue
    const share = shareAllowed(k, classes, (y) => prior(y, r, agreement))
    shares.set(i, share)
    trustedSaying[r]!++
    for (let y = 0; y < k; y++) counts.data[y * columns + r]! += share[y]!
  }
  const truthGiven = matrix(k, columns)
  const joint = new Float64Array(k * columns)
  const rowSums = new Float64Array(k)
  for (let y = 0; y < k; y++) {
    for (let r = 0; r < columns; r++) {
      const at = y * columns + r
      const p = (counts.data[at]! + strength * prior(y, r, agreement)) / (trustedSaying[r]! + strength)
      truthGiven.data[at] = p
      joint[at] = counts.data[at]! + (saying[r]! - trustedSaying[r]! + unseen) * p
      rowSums[y]! += joint[at]!
    }
  }
  const likelihood = matrix(k, columns)
  for (let at = 0; at < joint.length; at++) likelihood.data[at] = joint[at]! / rowSums[Math.floor(at / columns)]!

  const rows = knownRows(trusted, denied)
  const leftOut = matrix(rows.length, k)
  const confidence = earnConfidence(testimony, truthGiven, trusted)
  rows.forEach((i, at) => {
    const r = said[i]!
    if (r < 0) return
    const ownRight = random[i] && level.groupOf[trusted[i]!] === r ? 1 : 0
    const agreementOfOthers = (right - ownRight + 1) / (drawn - (random[i] ? 1 : 0) + 2)
    for (let y = 0; y < k; y++) {
      const cell = y * columns + r
      const count = counts.data[cell]! - (shares.get(i)?.[y] ?? (y === trusted[i] ? 1 : 0))
      const p = (count + strength * prior(y, r, agreementOfOthers)) / (trustedSaying[r]! - 1 + strength)
      const others = count + (saying[r]! - trustedSaying[r]! + unseen) * p
      const surer = confidence && level.groupOf[y] === r ? confidence.leftOutShift[i]! : 0
      leftOut.data[at * k + y] = Math.log(others / (rowSums[y]! - joint[cell]! + others)) + surer
    }
  })
  return { likelihood, truthGiven, overlap, drawn, agreement, leftOut, confidence }
}

/** `P(true y | said r)` of an annotator that is right with one probability, whatever it says; other columns say nothing. */
function pooledPosterior(
  { classes, groupOf }: TaxonomyLevel,
  k: number,
): (y: number, r: number, agreement: number) => number {
  const sizes = new Float64Array(classes.length)
  for (const group of groupOf) sizes[group]!++
  return (y, r, agreement) => {
    const inside = sizes[r] ?? k
    // A column that allows every class, like a level's only group, tells nothing.
    if (inside === k) return 1 / k
    return groupOf[y] === r ? agreement / inside : (1 - agreement) / (k - inside)
  }
}
