import { LabelwrightError } from '../core/error.ts'
import { argmaxRows } from '../tensor/matrix.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { labelQuality } from './label-quality.ts'
import type { LabelQualityOptions } from './label-quality.ts'

const temperatures = [1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 2e2]

/** How much each model counts: by its accuracy on the given labels, all the same, by log loss, or as given. */
export type EnsembleWeights = 'accuracy' | 'uniform' | 'log_loss_search' | readonly number[]

/**
 * Scores labels by several models at once: the weighted mean of their scores.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities of each model, each of shape `[n, k]`.
 * @param options.weights - Default `accuracy`. `log_loss_search` weighs by `exp(-T · log loss)` with that `T` of eight from 1e-4 to 200 for
 *   which the weighted mean of the predictions has the lowest log loss. Numbers are divided by their sum.
 * @returns Shape `[n]`; higher is better.
 * @throws {@link LabelwrightError} as {@link labelQuality}; `length-mismatch` without models, or where models and weights differ in number;
 *   `bad-option` for weights that are negative or sum to nothing.
 * @see Kuan and Mueller: Model-agnostic label quality scoring to detect real-world label errors, ICML 2022 workshop.
 */
export function ensembleLabelQuality(
  labels: Int32Array,
  predProbs: readonly Matrix[],
  options: LabelQualityOptions & { readonly weights?: EnsembleWeights } = {},
): Float64Array {
  const scores = predProbs.map((probs) => labelQuality(labels, probs, options))
  const weights = normalised(weightsOf(labels, predProbs, options.weights ?? 'accuracy'), predProbs.length)
  return new Float64Array(labels.length).map((_, i) =>
    scores.reduce((sum, score, m) => sum + weights[m]! * score[i]!, 0),
  )
}

function weightsOf(labels: Int32Array, predProbs: readonly Matrix[], weights: EnsembleWeights): readonly number[] {
  if (weights === 'uniform') return predProbs.map(() => 1)
  if (weights === 'log_loss_search') return searchedWeights(labels, predProbs)
  if (weights !== 'accuracy') return weights
  const accuracies = predProbs.map((probs) => accuracy(labels, argmaxRows(probs)))
  return accuracies.some((share) => share > 0) ? accuracies : predProbs.map(() => 1)
}

function accuracy(labels: Int32Array, predicted: Int32Array): number {
  return labels.reduce((right, label, i) => right + (predicted[i] === label ? 1 : 0), 0) / Math.max(1, labels.length)
}

function searchedWeights(labels: Int32Array, predProbs: readonly Matrix[]): readonly number[] {
  const own = predProbs.map(({ data, cols }) => Float64Array.from(labels, (label, i) => data[i * cols + label]!))
  const losses = own.map(logLoss)
  const least = Math.min(...losses)
  let best = { loss: Infinity, weights: losses }
  for (const t of temperatures) {
    const weights = normalised(
      losses.map((loss) => Math.exp(-t * (loss - least))),
      losses.length,
    )
    const loss = logLoss(own[0]!.map((_, i) => own.reduce((sum, probs, m) => sum + weights[m]! * probs[i]!, 0)))
    if (loss < best.loss) best = { loss, weights }
  }
  return best.weights
}

function logLoss(probs: Float64Array): number {
  return (
    probs.reduce((sum, p) => sum - Math.log(Math.min(1, Math.max(p, Number.EPSILON))), 0) / Math.max(1, probs.length)
  )
}

function normalised(weights: readonly number[], models: number): number[] {
  if (weights.length !== models || models === 0) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${models} models but ${weights.length} weights.`,
      'Pass the probabilities of at least one model, and one weight for each.',
    )
  }
  const sum = weights.reduce((a, b) => a + b)
  if (weights.every((weight) => weight >= 0) && sum > 0 && sum < Infinity) return weights.map((weight) => weight / sum)
  throw new LabelwrightError('bad-option', `The weights are ${weights.join(', ')}.`, 'Give numbers from 0, not all 0.')
}
