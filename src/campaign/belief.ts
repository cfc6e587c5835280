import { addEvidence, combine } from '../channels/combine.ts'
import { estimateChannel, trustedRows, type Channel } from '../channels/channel.ts'
import { earnWeights, smoothProbs, type EarnedWeights } from '../channels/earned-weights.ts'
import type { Testimony } from '../channels/testimony.ts'
import { labelEvidence } from '../learners/evidence.ts'
import type { LinearHead } from '../learners/linear-head.ts'
import { fitOutOfFold, type OutOfFold } from '../learners/out-of-fold.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import type { Hearing } from './hearing.ts'

/** What the circle holds to be true after everything that was said so far. */
export interface Belief {
  /** Probability of each class for each item, shape `[n, k]`; one-hot where a person answered. */
  readonly posterior: Matrix
  /** One per entry of `hearing.weak`. */
  readonly channels: readonly EarnedChannel[]
  /** The head fitted on all the evidence; null before anybody answered. */
  readonly head: LinearHead | null
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
}

/** Suits features of mean squared length 1; the loss is flat between 0.003 and 0.03 on the data of `bench/campaign-real.ts`. */
const headOptions = { l2: 0.01, maxIterations: 60 }

/**
 * Turns answers into a posterior: channels and earned weights from the trusted overlap, a head from the evidence, Bayes' rule.
 *
 * Two learners compete for the held-out likelihood of the trusted labels: one taught by people alone, one taught by everybody. So an
 * annotator that teaches nonsense is not learned from, and one whose answers help neither way has weight 0.
 */
export async function believe(pool: Pool, hearing: Hearing): Promise<Belief> {
  const { trusted, weak } = hearing
  const rows = trustedRows(trusted)
  if (rows.length === 0) return { posterior: uniform(trusted.length, pool.k), channels: [], head: null }
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

  let best = judge(
    await fitOutOfFold(pool.features, { rows, values: labelEvidence(labels, pool.k) }, pool.folds, headOptions),
  )
  if (best.earned.weights.some((weight) => weight > 0)) {
    const lessons = everybodysLessons(pool.k, hearing, channels, best.earned)
    const taughtByAll = judge(await fitOutOfFold(pool.features, lessons, pool.folds, headOptions))
    if (taughtByAll.earned.logLikelihood > best.earned.logLikelihood) best = taughtByAll
  }
  const { learner, earned } = best
  const evidence = matrix(trusted.length, pool.k)
  channels.forEach((channel, a) => addEvidence(evidence, channel.likelihood, weak[a]!.said, earned.weights[a]))
  const posterior = combine(smoothProbs(learner.predProbs, earned.smoothing), evidence)
  for (const i of rows) row(posterior, i).fill(0)[trusted[i]!] = 1
  return {
    posterior,
    channels: channels.map((channel, a) => ({ testimony: weak[a]!, channel, weight: earned.weights[a]! })),
    head: learner.head,
  }
}

/**
 * The evidence that teaches the head: people's labels, and elsewhere the probability of each class given what the weighty annotators said.
 *
 * The likelihood `P(said | class)` would be the textbook's choice, but it lets a rare class whose few answers were mostly wrong swallow
 * a frequent one: nothing in the weak answers contradicts a head that enlarges it. The posterior keeps the class frequencies in view.
 */
function everybodysLessons(k: number, hearing: Hearing, channels: readonly Channel[], { weights }: EarnedWeights) {
  const { trusted, weak } = hearing
  const items = Int32Array.from(
    [...trusted.keys()].filter((i) => trusted[i]! >= 0 || weak.some(({ said }, a) => weights[a]! > 0 && said[i]! >= 0)),
  )
  const values = matrix(items.length, k)
  weak.forEach(({ said }, a) => {
    if (weights[a]! > 0)
      addEvidence(
        values,
        channels[a]!.truthGiven,
        items.map((i) => said[i]!),
      )
  })
  items.forEach((i, at) => {
    if (trusted[i]! >= 0) row(values, at).set(labelEvidence([trusted[i]!], k).data)
  })
  return { rows: items, values }
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

function uniform(rows: number, cols: number): Matrix {
  return matrix(rows, cols, new Float32Array(rows * cols).fill(1 / cols))
}
