import { LabelwrightError } from '../core/error.ts'
import { checkFeatures } from '../tensor/finite-features.ts'
import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { nearestNeighbours } from '../tensor/nearest-neighbours.ts'
import { checkLabels, checkNeighbours, classCount } from './check-items.ts'
import { quantile } from './quantile.ts'

export interface OutlierOptions {
  /** How many neighbours an item's distance is averaged over. Default 10, or all others where there are fewer. */
  readonly neighbours?: number
  /** Default cosine. */
  readonly metric?: 'cosine' | 'euclidean'
}

/**
 * How much each item is like others: `exp(-d / median d)`, `d` its mean distance to its nearest neighbours. A usual item has
 * `exp(-1) = 0.37`, an item among copies of itself 1, an outlier nearly 0.
 *
 * @param features - Shape `[n, d]`.
 * @returns Shape `[n]`, in `[0, 1]`.
 * @throws {@link LabelwrightError} `too-few-items` for fewer than 2 items or more neighbours than others, `bad-feature-value`.
 * @see Kuan, Mueller, Back to the Basics: Revisiting Out-of-Distribution Detection Baselines, 2022 (arXiv:2207.03061).
 */
export async function outlierScores(features: Matrix, options: OutlierOptions = {}): Promise<Float64Array> {
  checkNeighbours(features.rows, options.neighbours ?? 1)
  return scoresAmong(features, options)
}

/**
 * {@link outlierScores} among the items of the same given class: what is usual in the dataset but not in its class is found, a
 * mislabelled picture above all. A class of fewer items than `neighbours + 1` looks at all others of its class; an item that is the
 * only one of its class gets 1.
 *
 * @param features - Shape `[n, d]`.
 * @param labels - Given class of each item, shape `[n]`, from 0.
 * @returns Shape `[n]`, in `(0, 1]`.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`, `bad-option` unless `neighbours` is a whole number
 *   from 1.
 */
export async function classOutlierScores(
  features: Matrix,
  labels: Int32Array,
  options: OutlierOptions = {},
): Promise<Float64Array> {
  const { neighbours = 10 } = options
  if (!(Number.isInteger(neighbours) && neighbours >= 1)) {
    throw new LabelwrightError('bad-option', `neighbours is ${neighbours}.`, 'Give a whole number from 1.')
  }
  const k = classCount(labels)
  checkLabels(labels, features.rows, k)
  checkFeatures(features)
  const scores = new Float64Array(features.rows).fill(1)
  for (const members of membersOf(labels, k)) {
    if (members.length < 2) continue
    const among = await scoresAmong(gatherRows(features, members), {
      ...options,
      neighbours: Math.min(neighbours, members.length - 1),
    })
    for (let i = 0; i < members.length; i++) scores[members[i]!] = among[i]!
  }
  return scores
}

/**
 * Items that are less like others than a threshold, worst first.
 *
 * @param scores - As of {@link outlierScores}, {@link classOutlierScores} or {@link predictionOutlierScores}, shape `[n]`.
 * @param threshold - Default: {@link outlierThreshold} of the scores.
 * @throws {@link LabelwrightError} `not-finite` where a score is NaN.
 */
export function findOutliers(scores: Float64Array, threshold: number = outlierThreshold(scores)): Int32Array {
  if (scores.some(Number.isNaN)) {
    throw new LabelwrightError('not-finite', 'A score is NaN.', 'Look for NaN in the features or probabilities.')
  }
  return Int32Array.from(scores.keys())
    .filter((item) => scores[item]! < threshold)
    .sort((a, b) => scores[a]! - scores[b]! || a - b)
}

/**
 * The score of an item whose distance is `reach` interquartile ranges above the third quartile (Tukey's fence, wider than his 1.5).
 * Distances are read off the scores: `-ln(score)`.
 *
 * @param scores - Shape `[n]`, in `(0, 1]`.
 * @param reach - Default 1.7, as in cleanlab's Datalab.
 * @see Tukey, Exploratory Data Analysis, 1977.
 */
export function outlierThreshold(scores: Float64Array, reach = 1.7): number {
  const distances = scores.map((score) => -Math.log(score))
  const [q1, q3] = [quantile(distances, 0.25), quantile(distances, 0.75)]
  return Math.exp(-(q3 + reach * (q3 - q1)))
}

async function scoresAmong(features: Matrix, options: OutlierOptions): Promise<Float64Array> {
  const { neighbours = Math.min(10, features.rows - 1), metric = 'cosine' } = options
  const { distances } = await nearestNeighbours(features, features, neighbours, { metric, excludeSelf: true })
  const mean = new Float64Array(features.rows)
  for (let at = 0; at < distances.length; at++) mean[Math.floor(at / neighbours)]! += distances[at]! / neighbours
  // Where half of all items are copies the median is 0; whoever is no copy is an outlier then.
  const scale = Math.max(quantile(mean, 0.5), leastScale)
  return mean.map((distance) => Math.exp(-distance / scale))
}

/** Above the rounding of distances in 64 bits, so that copies do not pass for outliers by it. */
const leastScale = 1e-12

function membersOf(labels: Int32Array, k: number): number[][] {
  const members: number[][] = Array.from({ length: k }, () => [])
  for (let i = 0; i < labels.length; i++) members[labels[i]!]!.push(i)
  return members
}
