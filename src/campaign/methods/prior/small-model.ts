import { smoothProbs } from '../../../channels/earned-weights.ts'
import type { TaxonomyLevel } from '../../../core/taxonomy.ts'
import { labelEvidence } from '../../../learners/evidence.ts'
import { fitLinearHead, type LinearHead } from '../../../learners/linear-head.ts'
import { fitOutOfFold } from '../../../learners/out-of-fold.ts'
import { preparedHeadOptions } from '../../../learners/prepare-features.ts'
import { gatherRows, matrix, row, type Matrix } from '../../../tensor/matrix.ts'
import { applyTemperature, fitTemperature } from '../../../tensor/temperature.ts'
import type { Pool } from '../../pool.ts'

/** What a small model learns from. */
export interface Lessons {
  /** Class that people gave, shape `[n]`; -1 where they gave none. */
  readonly trusted: Int32Array
  /** The items of which they gave one, in order. */
  readonly rows: Int32Array
  /** Class of `level`, shape `[n]`; -1 where nothing is taught. */
  readonly pseudoLabels: Int32Array
  readonly level: TaxonomyLevel
}

/** What a small model makes of the pool, each item predicted by a head that saw neither a person's label of it nor a pseudo-label. */
export interface SmallModel {
  /** Shape `[n, k]`. */
  readonly predProbs: Matrix
  /** How much pseudo-labels count that teach best. */
  readonly weight: number
  /** Makes probabilities of a head fitted on the same lessons as cautious as `predProbs`. */
  readonly caution: (predProbs: Matrix) => Matrix
}

/** Between these a model is made surer or less sure. */
export const temperatures = [0.25, 16] as const

/**
 * Fits heads on people's labels and on pseudo-labels at several weights, out of fold, and keeps the one under which people's labels are
 * likeliest. At least one label of people is needed.
 *
 * @param weights - How much a pseudo-label counts beside a person's label.
 */
export async function judgeSmallModels(
  { features, folds, k }: Pool,
  { trusted, rows, pseudoLabels, level }: Lessons,
  { weights, temperature }: { readonly weights: readonly number[]; readonly temperature: boolean },
): Promise<SmallModel> {
  const labels = rows.map((i) => trusted[i]!)
  const items = Int32Array.from(trusted.keys()).filter((i) => trusted[i]! < 0 && pseudoLabels[i]! >= 0)
  const targets = matrix(items.length, level.classes.length)
  items.forEach((i, at) => (targets.data[at * targets.cols + pseudoLabels[i]!] = 1))
  const unseen = unseenShare(labels, k)
  let best: (SmallModel & { readonly logLikelihood: number }) | undefined
  for (const weight of items.length > 0 ? weights : [0]) {
    const soft = weight > 0 ? [{ items, targets, groupOf: level.groupOf, weight }] : []
    const { predProbs } = await fitOutOfFold(features, { rows, values: labelEvidence(labels, k) }, folds, {
      ...preparedHeadOptions,
      soft,
    })
    const seen = gatherRows(predProbs, rows)
    const t = temperature ? fitTemperature(seen, { rows: Int32Array.from(rows.keys()), labels }, temperatures) : 1
    const caution = (probs: Matrix): Matrix => smoothProbs(t === 1 ? probs : applyTemperature(probs, t), unseen)
    const cautious = caution(seen)
    const logLikelihood = labels.reduce((sum, y, at) => sum + Math.log(cautious.data[at * k + y]!), 0)
    if (!best || logLikelihood > best.logLikelihood) {
      best = { predProbs: caution(predProbs), weight, caution, logLikelihood }
    }
  }
  return best!
}

/**
 * The probability that the next item is of a class that nobody has named yet: the share of classes named once among the labels. A head takes
 * such classes for impossible, and would veto them. Half an item at least.
 *
 * @see Good, The Population Frequencies of Species and the Estimation of Population Parameters, Biometrika 1953.
 */
function unseenShare(labels: Int32Array, k: number): number {
  const counts = new Int32Array(k)
  for (const y of labels) counts[y]!++
  const once = counts.reduce((sum, count) => sum + (count === 1 ? 1 : 0), 0)
  return Math.max(once, 0.5) / (labels.length + 1)
}

/**
 * The small model of the round, taught by people's labels and by the pseudo-labels of `clean`, which count `weight` each. Inside a coarse
 * pseudo-label it is free.
 */
export function teachSmallModel(
  { features, k }: Pool,
  { trusted, rows, pseudoLabels, level }: Lessons,
  clean: Int32Array,
  { weight, classWeights }: { readonly weight: number; readonly classWeights: boolean },
): Promise<LinearHead> {
  const evidence = matrix(rows.length + clean.length, k)
  evidence.data.set(
    labelEvidence(
      rows.map((i) => trusted[i]!),
      k,
    ).data,
  )
  const byGroup = labelEvidence(level.groupOf, level.classes.length)
  clean.forEach((i, at) => {
    const said = row(evidence, rows.length + at)
    for (let y = 0; y < k; y++) said[y] = byGroup.data[y * byGroup.cols + pseudoLabels[i]!]!
  })
  return fitLinearHead(gatherRows(features, [...rows, ...clean]), evidence, {
    ...preparedHeadOptions,
    sampleWeights: new Float32Array(evidence.rows).fill(1).fill(weight, rows.length),
    ...(classWeights && { classWeights: 'balanced' }),
  })
}
