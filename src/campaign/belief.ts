import { addConfidence, addEvidence, combine } from '../channels/combine.ts'
import { estimateChannel, trustedRows, type Channel } from '../channels/channel.ts'
import { earnWeights, smoothProbs, type EarnedWeights } from '../channels/earned-weights.ts'
import type { Testimony } from '../channels/testimony.ts'
import type { Rng } from '../core/rng.ts'
import { labelEvidence } from '../learners/evidence.ts'
import type { SoftLabels } from '../learners/head-loss.ts'
import type { Learner, Predictor } from '../learners/learner.ts'
import { predictProbs, type LinearHead } from '../learners/linear-head.ts'
import { fitOutOfFold, type OutOfFold } from '../learners/out-of-fold.ts'
import { preparedHeadOptions } from '../learners/prepare-features.ts'
import { stackedRows } from '../learners/stacked-rows.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import type { Hearing } from './hearing.ts'

/** What the circle holds to be true after everything that was said so far. */
export interface Belief {
  /** Probability of each class for each item, shape `[n, k]`; one-hot where a person answered. */
  readonly posterior: Matrix
  /** One per entry of `hearing.weak`; none before a trusted answer. */
  readonly channels: readonly EarnedChannel[]
  /** The head fitted on all the evidence; null before anybody answered, or where something else was fitted. */
  readonly head: LinearHead | null
  /** Class probabilities of items outside the pool, by what was fitted; null before anybody answered. */
  readonly predict: Predictor | null
}

export interface EarnedChannel {
  readonly testimony: Testimony
  readonly channel: Channel
  /** How much its answers count, in `[0, 1]`. */
  readonly weight: number
}

/** The pool as the learner sees it. */
export interface Pool {
  /** Prepared features, shape `[n, d]`. */
  readonly features: Matrix
  /** Fold of each item, shape `[n]`. */
  readonly folds: Int32Array
  readonly k: number
  /** Labelled items from elsewhere, to learn from; nobody is asked about them. */
  readonly open?: OpenData
}

/** Items of an open dataset with labels that may be wrong, such as those that retrieval found. */
export interface OpenData {
  /** Prepared along with those of the pool, shape `[m, d]`. */
  readonly features: Matrix
  /** Fine class of each, shape `[m]`. */
  readonly labels: Int32Array
}

/**
 * Turns answers into a posterior: channels and earned weights from the trusted overlap, a head from the evidence, Bayes' rule.
 *
 * Three learners compete for the held-out likelihood of the trusted labels: one taught by people alone, one taught by everybody, and the
 * mean of both. So an annotator that teaches nonsense is not learned from, and one whose answers help neither way has weight 0.
 */
export async function believe(pool: Pool, hearing: Hearing): Promise<Belief> {
  const { trusted, weak } = hearing
  const rows = trustedRows(trusted)
  if (rows.length === 0) return blank(trusted.length, pool.k)
  const labels = rows.map((i) => trusted[i]!)
  const channels = weak.map((testimony) => estimateChannel(testimony, trusted, pool.k, { random: hearing.random }))
  const judge = (learner: OutOfFold) => ({
    learner,
    earned: earnWeights({
      labels,
      predProbs: gatherRows(learner.predProbs, rows),
      leftOut: channels.map((channel) => channel.leftOut),
    }),
  })

  const evidence = { rows, values: labelEvidence(labels, pool.k) }
  let best = judge(await fitOutOfFold(pool.features, evidence, pool.folds, preparedHeadOptions))
  const earnedBy = ({ weights }: EarnedWeights): EarnedChannel[] =>
    channels.map((channel, a) => ({ testimony: weak[a]!, channel, weight: weights[a]! }))
  if (best.earned.weights.some((weight) => weight > 0)) {
    const soft = softLabels(hearing, earnedBy(best.earned))
    const taughtByAll = await fitOutOfFold(pool.features, evidence, pool.folds, { ...preparedHeadOptions, soft })
    const both = { head: taughtByAll.head, predProbs: meanOf(best.learner.predProbs, taughtByAll.predProbs) }
    for (const rival of [judge(both), judge(taughtByAll)]) {
      if (rival.earned.logLikelihood > best.earned.logLikelihood) best = rival
    }
  }
  const { learner, earned } = best
  const heard = matrix(trusted.length, pool.k)
  channels.forEach(({ likelihood, confidence }, a) => {
    addEvidence(heard, likelihood, weak[a]!.said, earned.weights[a])
    if (confidence) addConfidence(heard, weak[a]!, confidence.shift, earned.weights[a])
  })
  const posterior = combine(smoothProbs(learner.predProbs, earned.smoothing), heard, earned.temperature)
  for (const i of rows) row(posterior, i).fill(0)[trusted[i]!] = 1
  return {
    posterior,
    channels: earnedBy(earned),
    head: learner.head,
    predict: (features) => predictProbs(learner.head, features),
  }
}

/** {@link believe} by any learner, from what people said and open data alone. */
export async function believeByLearner(learner: Learner, pool: Pool, { trusted }: Hearing, rng: Rng): Promise<Belief> {
  const rows = trustedRows(trusted)
  const { features: openFeatures, labels: openLabels } = pool.open ?? {
    features: matrix(0, pool.features.cols),
    labels: new Int32Array(0),
  }
  if (rows.length + openLabels.length === 0) return blank(trusted.length, pool.k)
  const features = stackedRows(gatherRows(pool.features, rows), openFeatures)
  const labels = [...rows.map((i) => trusted[i]!), ...openLabels]
  const predict = await learner({ features, evidence: labelEvidence(labels, pool.k), rng })
  const posterior = await predict(pool.features)
  for (const i of rows) row(posterior, i).fill(0)[trusted[i]!] = 1
  return { posterior, channels: [], head: null, predict }
}

function blank(n: number, k: number): Belief {
  return { posterior: uniform(n, k), channels: [], head: null, predict: null }
}

/**
 * What weighty annotators teach the head where people have not spoken: the probability of each class of the asked level given what was said.
 *
 * Learning from the likelihood `P(said | class)` instead would be the textbook's choice, but then nothing in the weak answers contradicts a
 * head that lets a rare class, whose few answers were mostly wrong, swallow a frequent one, or that grows sure of its own guesses.
 */
function softLabels({ trusted }: Hearing, channels: readonly EarnedChannel[]): SoftLabels[] {
  return channels.flatMap(({ testimony, channel: { truthGiven, confidence }, weight }) => {
    const { said, level } = testimony
    const items = Int32Array.from(said.keys()).filter((i) => said[i]! >= 0 && trusted[i]! < 0)
    if (weight === 0 || items.length === 0) return []
    const targets = matrix(items.length, level.classes.length)
    items.forEach((i, at) => {
      for (let y = 0; y < level.groupOf.length; y++) {
        targets.data[at * targets.cols + level.groupOf[y]!]! += truthGiven.data[y * truthGiven.cols + said[i]!]!
      }
      if (confidence) shiftOdds(row(targets, at), said[i]!, confidence.shift[i]!)
    })
    return [{ items, targets, groupOf: level.groupOf, weight }]
  })
}

/** Multiplies the odds of one entry of a distribution by `exp(shift)`. */
function shiftOdds(probs: Float32Array, at: number, shift: number): void {
  if (shift === 0) return
  const grown = probs[at]! * Math.expm1(shift)
  probs[at]! += grown
  for (let j = 0; j < probs.length; j++) probs[j]! /= 1 + grown
}

/** The mean of each item's highest probability: the share of labels expected to be right. */
export function expectedAccuracy(posterior: Matrix): number {
  let sum = 0
  for (let i = 0; i < posterior.rows; i++) sum += highest(posterior, i)
  return sum / posterior.rows
}

/** An item's highest probability. */
export function highest(posterior: Matrix, i: number): number {
  let max = 0
  for (let at = i * posterior.cols; at < (i + 1) * posterior.cols; at++)
    if (posterior.data[at]! > max) max = posterior.data[at]!
  return max
}

function meanOf(a: Matrix, b: Matrix): Matrix {
  return matrix(
    a.rows,
    a.cols,
    a.data.map((p, at) => (p + b.data[at]!) / 2),
  )
}

function uniform(rows: number, cols: number): Matrix {
  return matrix(rows, cols, new Float32Array(rows * cols).fill(1 / cols))
}
