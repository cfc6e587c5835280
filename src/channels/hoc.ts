import type { Rng } from '../core/rng.ts'
import { makeAdam } from '../tensor/adam.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import type { Neighbours } from '../tensor/nearest-neighbours.ts'
import { hocLoss, hocTarget, type NoiseModel } from './hoc-loss.ts'
import { countLabelConsensus, type LabelConsensus, type LabelConsensusOptions } from './label-consensus.ts'

export interface HocOptions extends LabelConsensusOptions {
  /** Steps of the optimiser. Default 1500. */
  readonly steps?: number
}

/** The result of {@link estimateHoc}: how noisy labels come about, without a single trusted one. */
export interface Hoc {
  /** `T[y, i] = P(label i | true y)`, shape `[k, k]`, rows sum to 1. */
  readonly transition: Matrix
  /** `P(true y)`, shape `[k]`. */
  readonly prior: Float64Array
  /** `P(true y | label i)`, shape `[k, k]`, by the labels' own frequencies, so that columns sum to 1 only where the model fits. */
  readonly truthGiven: Matrix
  /** How far the model stays from what was counted; 0 is a perfect fit. */
  readonly loss: number
}

/**
 * Estimates the noise of labels from how often neighbours agree, assuming that an item and its two nearest neighbours are of one true class.
 *
 * Where they often are not, classes that lie close together look noisier than they are. Up to 30 classes, triples of labels decide; above,
 * only pairs are fitted, which many a model explains: take the result as a hint there.
 *
 * @param labels - Noisy class of each item, shape `[n]`, in `0..k-1`.
 * @param neighbours - About 10 nearest neighbours of each item, itself left out, best by cosine.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-shape`, `bad-votes` as {@link countLabelConsensus}.
 * @example
 * ```ts
 * const neighbours = await nearestNeighbours(features, features, 10, { metric: 'cosine', excludeSelf: true })
 * const { transition } = estimateHoc(labels, neighbours, 10, { rng: makeRng(1, 'hoc') })
 * ```
 * @see Zhu et al., Clusterability as an Alternative to Anchor Points When Learning with Noisy Labels, ICML 2021 (arXiv:2102.05291).
 */
export function estimateHoc(labels: Int32Array, neighbours: Neighbours, k: number, options: HocOptions): Hoc {
  return fitHoc(countLabelConsensus(labels, neighbours, k, options), options)
}

const firstRate = 0.1

/**
 * The model that comes closest to what was counted: Adam on the logits of `T` and of the prior, from an almost clean start. The rate falls to 0
 * along a cosine, so that it settles on a kink, which norms have where they are 0.
 *
 * @param consensus - As of {@link countLabelConsensus}.
 * @param options.steps - Default 1500.
 * @see Zhu et al., ICML 2021 (arXiv:2102.05291); Kingma and Ba, Adam, ICLR 2015.
 */
export function fitHoc(consensus: LabelConsensus, options: { readonly rng: Rng; readonly steps?: number }): Hoc {
  const k = consensus.classes
  const target = hocTarget(consensus)
  const steps = options.steps ?? 1500
  const logits = startingLogits(k, options.rng)
  const move = makeAdam([{ values: logits, weightDecay: 0 }])
  let best: { readonly loss: number; readonly probs: Float64Array } = { loss: Infinity, probs: softmaxOf(logits, k) }
  for (let step = 1; step <= steps; step++) {
    const probs = softmaxOf(logits, k)
    const gradient = new Float64Array(logits.length)
    const loss = hocLoss(target, noiseModel(probs, k), noiseModel(gradient, k))
    if (loss < best.loss) best = { loss, probs }
    throughSoftmax(gradient, probs, k)
    move([gradient], (firstRate * (1 + Math.cos((Math.PI * step) / steps))) / 2)
  }
  const { transition, prior } = noiseModel(best.probs, k)
  const truthGiven = matrix(k, k)
  for (let y = 0; y < k; y++) {
    for (let i = 0; i < k; i++) {
      const frequency = consensus.one[i]!
      truthGiven.data[y * k + i] = frequency > 0 ? (transition[y * k + i]! * prior[y]!) / frequency : prior[y]!
    }
  }
  return { transition: matrix(k, k, Float32Array.from(transition)), prior: prior.slice(), truthGiven, loss: best.loss }
}

/** One vector of `k + 1` rows as a model: first the rows of `T`, then the prior. */
function noiseModel(rows: Float64Array, k: number): NoiseModel {
  return { transition: rows.subarray(0, k * k), prior: rows.subarray(k * k) }
}

/** Of the paper's program: 4 on the diagonal of `T` and -1 beside it, an almost even prior. */
function startingLogits(k: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: (k + 1) * k }, (_, at) => {
    if (at >= k * k) return 1 / k + 0.1 * rng.uniform()
    return at % (k + 1) === 0 ? 4 : -1
  })
}

function softmaxOf(logits: Float64Array, k: number): Float64Array {
  const probs = new Float64Array(logits.length)
  for (let start = 0; start < logits.length; start += k) {
    let max = -Infinity
    for (let at = start; at < start + k; at++) if (logits[at]! > max) max = logits[at]!
    let sum = 0
    for (let at = start; at < start + k; at++) sum += probs[at] = Math.exp(logits[at]! - max)
    for (let at = start; at < start + k; at++) probs[at]! /= sum
  }
  return probs
}

/** Turns derivatives in probabilities into derivatives in their logits, in place. */
function throughSoftmax(gradient: Float64Array, probs: Float64Array, k: number): void {
  for (let start = 0; start < gradient.length; start += k) {
    let mean = 0
    for (let at = start; at < start + k; at++) mean += probs[at]! * gradient[at]!
    for (let at = start; at < start + k; at++) gradient[at] = probs[at]! * (gradient[at]! - mean)
  }
}
