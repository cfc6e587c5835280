import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { applyTemperature, fitTemperature, type LabelEntries } from '../tensor/temperature.ts'
import { sharesOrMean, weighJudges, type JudgeWeights } from './crowdlab-weights.ts'
import { agreementOf, checkPredProbs, majorityVote } from './majority-vote.ts'
import type { Votes } from './votes.ts'

export interface CrowdlabOptions {
  /** Divides the models' logits first, above 0; `fit`: each by what brings it closest to the votes. Default 1. */
  readonly temperature?: number | 'fit'
  /** Decides ties of the majority vote that nothing else does. Default: the lowest class. */
  readonly rng?: Rng
}

/** The result of {@link crowdlab}. */
export interface Crowdlab {
  /** The best class of each item, shape `[n]`. */
  readonly consensus: Int32Array
  /** How likely the consensus is right, in `[0, 1]`, shape `[n]`. */
  readonly quality: Float32Array
  /** Share of an item's votes that name the consensus, shape `[n]`; 0 where it has no vote. */
  readonly agreement: Float32Array
  /** Models and votes together, shape `[n, k]`, rows summing to 1; the models alone where an item has no vote. */
  readonly posterior: Matrix
  /** How likely each vote is right, in the order of the votes, shape `[v]`. */
  readonly labelQuality: Float32Array
  /** How good each annotator's votes are, in `[0, 1]`, shape `[annotators]`; NaN where there is no vote. */
  readonly annotatorQuality: Float32Array
  /** What counts how much. */
  readonly weights: JudgeWeights
}

/** The paper's program looks for temperatures in here. */
const fitRange = [0.1, 8] as const

/**
 * Weighs the votes on each item against the predictions of one or more models, by how well either agrees with the consensus elsewhere.
 *
 * Where no item has two votes nothing can be weighed: the votes are the consensus, and its quality is what the models make of it.
 *
 * @param models - Out-of-sample class probabilities, shape `[n, k]`; several for an ensemble.
 * @throws {@link LabelwrightError} `bad-shape` when probabilities are not `[n, k]` or there is no model, `bad-probability` when one is not
 * in `[0, 1]`, `bad-votes` when there is no vote, `bad-option` when the temperature is not above 0.
 * @example
 * ```ts
 * const { consensus, quality } = crowdlab(votes, predProbs)
 * ```
 * @see Goh et al., CROWDLAB: Supervised learning to infer consensus labels and quality scores for data with multiple annotators, 2022
 * (arXiv:2210.06812).
 */
export function crowdlab(votes: Votes, models: Matrix | readonly Matrix[], options: CrowdlabOptions = {}): Crowdlab {
  const { temperature = 1, rng } = options
  if (votes.item.length === 0) throw new LabelwrightError('bad-votes', 'There are no votes.', 'Pass at least one.')
  if (temperature !== 'fit' && !(temperature > 0 && temperature < Infinity)) {
    throw new LabelwrightError('bad-option', `The temperature is ${temperature}.`, "Give a number above 0, or 'fit'.")
  }
  const given = 'data' in models ? [models] : models
  if (given.length === 0)
    throw new LabelwrightError('bad-shape', 'There is no model.', 'Pass at least one, or use majorityVote.')
  const judges = given.map((predProbs) => {
    checkPredProbs(votes, predProbs)
    const by = temperature === 'fit' ? fitTemperature(predProbs, entriesOf(votes), fitRange) : temperature
    return by === 1 ? predProbs : applyTemperature(predProbs, by)
  })
  const majority = majorityVote(votes, { predProbs: meanOf(judges), ...(rng && { rng }) }).consensus
  let weights = weighJudges(votes, judges, majority)
  let posterior = judge(votes, judges, weights)
  const consensus = likeliest(posterior, majority, weights.compared)
  if (weights.compared) {
    // Once more with the better consensus, and no further: so the paper's program does.
    weights = weighJudges(votes, judges, consensus)
    posterior = judge(votes, judges, weights)
  }
  const k = votes.classes
  const labelQuality = new Float32Array(votes.item.length)
  for (let v = 0; v < labelQuality.length; v++) labelQuality[v] = posterior[votes.item[v]! * k + votes.label[v]!]!
  return {
    consensus,
    quality: Float32Array.from(consensus, (y, i) => posterior[i * k + y]!),
    agreement: agreementOf(votes, consensus),
    posterior: matrix(votes.items, k, Float32Array.from(posterior)),
    labelQuality,
    annotatorQuality: annotatorQuality(votes, consensus, labelQuality, weights),
    weights,
  }
}

/** Each item's votes count 1 together. */
function entriesOf({ item, label, offsets }: Votes): LabelEntries {
  return { rows: item, labels: label, weights: Float64Array.from(item, (i) => 1 / (offsets[i + 1]! - offsets[i]!)) }
}

/** The weighted mean of what models and annotators say of each item, shape `[n * k]`. */
function judge(votes: Votes, judges: readonly Matrix[], weights: JudgeWeights): Float64Array {
  const { items, classes: k, annotator, label, offsets } = votes
  const posterior = new Float64Array(items * k)
  judges.forEach(({ data }, m) => {
    const weight = weights.models[m]!
    for (let at = 0; at < data.length; at++) posterior[at]! += weight * data[at]!
  })
  const ofModels = sumOf(weights.models)
  const right = weights.rightWhenCast
  const wrong = (1 - right) / Math.max(1, k - 1)
  for (let i = 0; i < items; i++) {
    const start = i * k
    let ofVotes = 0
    if (weights.compared) {
      for (let v = offsets[i]!; v < offsets[i + 1]!; v++) {
        const weight = weights.annotators[annotator[v]!]!
        ofVotes += weight
        posterior[start + label[v]!]! += weight * (right - wrong)
      }
    }
    const scale = 1 / (ofModels + ofVotes)
    for (let at = start; at < start + k; at++) posterior[at] = (posterior[at]! + ofVotes * wrong) * scale
  }
  return posterior
}

/** The likeliest class of each item; ties stay with the majority. Unless `overrule`, so does every item that has a vote. */
function likeliest(posterior: Float64Array, majority: Int32Array, overrule: boolean): Int32Array {
  const k = posterior.length / majority.length
  return majority.map((y, i) => {
    if (y >= 0 && !overrule) return y
    let best = Math.max(y, 0)
    for (let c = 0; c < k; c++) if (posterior[i * k + c]! > posterior[i * k + best]!) best = c
    return best
  })
}

/** In part how good an annotator's votes look to models and annotators together, in part how often they agree with the consensus. */
function annotatorQuality(
  votes: Votes,
  consensus: Int32Array,
  labelQuality: Float32Array,
  weights: JudgeWeights,
): Float32Array {
  const { annotators, item, annotator, label, offsets } = votes
  const [looks, cast] = [new Float64Array(annotators), new Float64Array(annotators)]
  const [agreed, shared] = [new Float64Array(annotators), new Float64Array(annotators)]
  for (let v = 0; v < item.length; v++) {
    const [i, a] = [item[v]!, annotator[v]!]
    cast[a]!++
    looks[a]! += labelQuality[v]!
    if (offsets[i + 1]! - offsets[i]! < 2) continue
    shared[a]!++
    if (label[v] === consensus[i]) agreed[a]!++
  }
  const ofModels = sumOf(weights.models)
  const ofVotes = (sumOf(weights.annotators) * weights.votesPerItem) / annotators
  const share = weights.compared ? ofModels / (ofModels + ofVotes) : 1
  const agreement = weights.compared ? sharesOrMean(agreed, shared) : new Float64Array(annotators)
  return Float32Array.from(looks, (sum, a) => (share * sum) / cast[a]! + (1 - share) * agreement[a]!)
}

function meanOf(matrices: readonly Matrix[]): Matrix {
  const [first, ...others] = matrices as [Matrix, ...Matrix[]]
  const mean = matrix(first.rows, first.cols, first.data.slice())
  for (const { data } of others) for (let at = 0; at < data.length; at++) mean.data[at]! += data[at]!
  if (others.length > 0) for (let at = 0; at < mean.data.length; at++) mean.data[at]! /= matrices.length
  return mean
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]!
  return sum
}
