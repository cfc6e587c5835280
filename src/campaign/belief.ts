import { addConfidence, addEvidence, combine } from '../channels/combine.ts'
import { estimateChannel, trustedRows, type Channel } from '../channels/channel.ts'
import { knownRows } from '../channels/known.ts'
import { earnWeights, smoothProbs, type EarnedWeights } from '../channels/earned-weights.ts'
import type { Testimony } from '../channels/testimony.ts'
import type { Rng } from '../core/rng.ts'
import { knownEvidence, knownLikelihood, labelEvidence } from '../learners/evidence.ts'
import type { SoftLabels } from '../learners/head-loss.ts'
import type { Learner, Predictor } from '../learners/learner.ts'
import type { LinearHead } from '../learners/linear-head.ts'
import { stackedRows } from '../learners/stacked-rows.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import type { Hearing } from './hearing.ts'
import type { Pool } from './pool.ts'
import { teach, type Learned, type Lesson } from './teaching.ts'

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
  /** Whether what untrusted annotators said clearly helps to predict other items, as far as held-out labels of people tell. Default false. */
  readonly othersTeach?: boolean
}

export interface EarnedChannel {
  readonly testimony: Testimony
  readonly channel: Channel
  /** How much its answers count, in `[0, 1]`. */
  readonly weight: number
}

/**
 * Turns answers into a posterior: channels and earned weights from the trusted overlap, a head from the evidence, Bayes' rule.
 *
 * Three learners compete for the held-out likelihood of the trusted labels: one taught by people alone, one taught by everybody, and the
 * mean of both. So an annotator that teaches nonsense is not learned from, and one whose answers help neither way has weight 0.
 */
export async function believe(pool: Pool, hearing: Hearing): Promise<Belief> {
  const { trusted, denied, weak, random } = hearing
  const rows = knownRows(trusted, denied)
  if (rows.length === 0) return blank(trusted.length, pool.k)
  const labels = rows.map((i) => trusted[i]!)
  const deniedAt = new Map(
    [...rows.entries()].flatMap(([at, i]) => (denied.has(i) ? [[at, denied.get(i)!] as const] : [])),
  )
  const channels = weak.map((testimony) => estimateChannel(testimony, trusted, pool.k, { random, denied }))
  const judge = (learner: Learned): Judged => ({
    learner,
    earned: earnWeights({
      labels,
      denied: deniedAt,
      predProbs: gatherRows(learner.predProbs, rows),
      leftOut: channels.map((channel) => channel.leftOut),
    }),
  })
  const known = { rows, values: knownEvidence(rows, trusted, denied, pool.k) }
  const earnedBy = ({ weights }: EarnedWeights): EarnedChannel[] =>
    channels.map((channel, a) => ({ testimony: weak[a]!, channel, weight: weights[a]! }))
  const weighed = await Promise.all(
    (pool.open ? openWeights : [0]).map(async (openWeight) => ({
      openWeight,
      ...judge(await teach(pool, { known, soft: [], openWeight })),
    })),
  )
  // Open data know classes that nobody has named yet, of which held-out labels of people say nothing: only a clear gain speaks against them.
  const kept = weighed.reduce((a, b) => (b.earned.logLikelihood > a.earned.logLikelihood + clearGain ? b : a))
  const { openWeight, learner: alone } = kept
  let best: Judged = kept
  const rival = (learner: Learned): void => {
    const judged = judge(learner)
    if (judged.earned.logLikelihood > best.earned.logLikelihood) best = judged
  }
  const soft = softLabels(hearing, earnedBy(best.earned))
  let othersTeach = false
  if (soft.length > 0) {
    const taughtByAll = await teach(pool, { known, soft, openWeight, from: alone })
    rival(meanOf(alone, taughtByAll))
    rival(taughtByAll)
    othersTeach = heldOut(taughtByAll, known) > heldOut(alone, known) + clearGain
  }
  const { learner, earned } = best
  const heard = matrix(trusted.length, pool.k)
  channels.forEach(({ likelihood, confidence }, a) => {
    addEvidence(heard, likelihood, weak[a]!.said, earned.weights[a])
    if (confidence) addConfidence(heard, weak[a]!, confidence.shift, earned.weights[a])
  })
  for (const [i, classes] of denied) for (const y of classes) heard.data[i * pool.k + y] = ruledOut
  const posterior = combine(smoothProbs(learner.predProbs, earned.smoothing), heard, earned.temperature)
  for (let i = 0; i < trusted.length; i++) if (trusted[i]! >= 0) row(posterior, i).fill(0)[trusted[i]!] = 1
  return {
    posterior,
    channels: earnedBy(earned),
    head: learner.linear.head,
    predict: learner.predict,
    othersTeach,
  }
}

/** The log-likelihood of what people know, by the learner alone: what it would say where nobody else was asked. */
function heldOut({ predProbs }: Learned, { rows, values }: Lesson['known']): number {
  return knownLikelihood(gatherRows(predProbs, rows), values).reduce((sum, p) => sum + Math.log(p), 0)
}

interface Judged {
  readonly learner: Learned
  readonly earned: EarnedWeights
}

/** How much each item of the open data may count, the most first; 0: they are left out. */
const openWeights = [1, 0.3, 0]
/** Nats by which held-out labels of people must be likelier for open data to count less, or for others to be paid for what they teach. */
const clearGain = 3
/** The log-likelihood of a class that people ruled out. */
const ruledOut = -100

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
function softLabels({ trusted, denied }: Hearing, channels: readonly EarnedChannel[]): SoftLabels[] {
  return channels.flatMap(({ testimony, channel: { truthGiven, confidence }, weight }) => {
    const { said, level } = testimony
    const items = Int32Array.from(said.keys()).filter((i) => said[i]! >= 0 && trusted[i]! < 0)
    if (weight === 0 || items.length === 0) return []
    const targets = matrix(items.length, level.classes.length)
    items.forEach((i, at) => {
      for (let y = 0; y < level.groupOf.length; y++) {
        if (denied.get(i)?.has(y)) continue
        targets.data[at * targets.cols + level.groupOf[y]!]! += truthGiven.data[y * truthGiven.cols + said[i]!]!
      }
      if (confidence) shiftOdds(row(targets, at), said[i]!, confidence.shift[i]!)
      if (denied.has(i)) normalise(row(targets, at))
    })
    return [{ items, targets, groupOf: level.groupOf, weight }]
  })
}

function normalise(probs: Float32Array): void {
  const sum = probs.reduce((total, p) => total + p, 0)
  for (let j = 0; j < probs.length; j++) probs[j] = sum > 0 ? probs[j]! / sum : 1 / probs.length
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

function meanOf(a: Learned, b: Learned): Learned {
  const mean = (p: Matrix, q: Matrix): Matrix =>
    matrix(
      p.rows,
      p.cols,
      p.data.map((value, at) => (value + q.data[at]!) / 2),
    )
  return {
    linear: b.linear,
    predProbs: mean(a.predProbs, b.predProbs),
    predict: async (items) => mean(await a.predict(items), await b.predict(items)),
  }
}

function uniform(rows: number, cols: number): Matrix {
  return matrix(rows, cols, new Float32Array(rows * cols).fill(1 / cols))
}
