import { LabelwrightError } from '../core/error.ts'
import { matrix } from '../tensor/matrix.ts'
import { centreOf, curvatureOf } from './feature-spread.ts'
import type { LinearHead, LossTerm } from './head-loss.ts'
import { minimizeLbfgs } from './lbfgs.ts'
import { checkWidth, notFinite } from './learner.ts'

export interface FitOptions {
  /** Strength of the penalty `l2 / 2 · ‖weights‖²` beside the summed loss; the bias is free. Default 1. */
  readonly l2?: number
  /**
   * Stops where the loss (penalty included) is proved to be within this share of itself from its minimum. Default 1e-3.
   *
   * The proof is that of strong convexity: `‖∂/∂weights‖² / (2 l2)`, plus the sum of `|∂/∂bias|`, which supposes that no bias is further
   * than 1 from its best. It holds for convex losses, plain labels above all, and `l2 > 0`; it is cautious: the true distance is mostly 2
   * to 50 times smaller. Elsewhere the same number is a mere threshold.
   *
   * Stops without proof after `maxIterations` and where 32 bits show no more progress: at about 1e-6, but further off where features of
   * very different spread (1 to 10,000 and more) meet a weak penalty.
   */
  readonly tolerance?: number
  /**
   * Where to start; classes that it does not have yet start at 0. The nearer to the solution, the sooner it is found. One that is all but
   * certain of what the labels deny may stay so: from 30 nats on, the loss of `labelEvidence` is flat. Default: zeros.
   */
  readonly warmStart?: LinearHead
  /** Default 200. */
  readonly maxIterations?: number
}

/**
 * Fits a head of `d` features and `k` classes to the sum of several losses, by L-BFGS.
 *
 * Features count from their mean (`bias' = bias + mean · weights`), so that an offset of the features costs no iterations, and steps are sized
 * by how far each feature spreads.
 *
 * @throws {@link LabelwrightError} `bad-shape` when the warm start or the features are of another shape, `bad-option` for a penalty that is
 *   no number from 0, `not-finite`.
 * @see Liu and Nocedal, On the Limited Memory BFGS Method for Large Scale Optimization, 1989.
 */
export async function fitTerms(
  terms: readonly LossTerm[],
  { d, k }: { readonly d: number; readonly k: number },
  options: FitOptions = {},
): Promise<LinearHead> {
  const { l2 = 1, tolerance = 1e-3, warmStart, maxIterations = 200 } = options
  if (!(l2 >= 0 && l2 < Infinity)) {
    throw new LabelwrightError('bad-option', `The penalty l2 is ${l2}.`, 'Give a number from 0.')
  }
  for (const { features } of terms) checkWidth(features, d)
  const weights = d * k
  const centre = centreOf(terms, d)

  /** Adds `factor · mean · weights` to the bias, in place. */
  const moveBias = (x: Float64Array, factor: number): Float64Array => {
    for (let j = 0, at = 0; j < d; j++) {
      const share = factor * centre[j]!
      if (share === 0) at += k
      else for (let y = 0; y < k; y++, at++) x[weights + y]! += share * x[at]!
    }
    return x
  }
  const headAt = (x: Float64Array): LinearHead => {
    const moved = moveBias(x.slice(), -1)
    return {
      weights: matrix(d, k, new Float32Array(moved.subarray(0, weights))),
      bias: matrix(1, k, new Float32Array(moved.subarray(weights))),
    }
  }
  const objective = async (x: Float64Array) => {
    const head = headAt(x)
    const gradient = new Float64Array(x.length)
    let value = 0
    for (const term of terms) value += await term.evaluate(head, gradient)
    let penalty = 0
    for (let j = 0, at = 0; j < d; j++) {
      for (let y = 0; y < k; y++, at++) {
        penalty += x[at]! * x[at]!
        gradient[at]! += l2 * x[at]! - centre[j]! * gradient[weights + y]!
      }
    }
    return { value: value + (l2 / 2) * penalty, gradient }
  }
  const isSolved = (value: number, gradient: Float64Array): boolean => {
    let [squares, sum] = [0, 0]
    for (let at = 0; at < weights; at++) squares += gradient[at]! * gradient[at]!
    for (let at = weights; at < gradient.length; at++) sum += Math.abs(gradient[at]!)
    return squares + 2 * l2 * sum <= 2 * l2 * tolerance * Math.abs(value)
  }

  const start = moveBias(startAt(warmStart, d, k), 1)
  const { x, value } = await minimizeLbfgs(objective, start, {
    maxIterations,
    isSolved,
    curvature: curvatureOf(terms, centre, { k, l2 }),
  })
  // The best value is not a number only where the first was not: the line search takes no step to such a point.
  if (!Number.isFinite(value)) throw notFinite('The features, the evidence, the weights or the warm start')
  return headAt(x)
}

function startAt(head: LinearHead | undefined, d: number, k: number): Float64Array {
  const start = new Float64Array((d + 1) * k)
  if (!head) return start
  const { weights, bias } = head
  if (weights.rows !== d || weights.cols > k) {
    throw new LabelwrightError(
      'bad-shape',
      `The warm start is a head of ${weights.rows} features and ${weights.cols} classes, not of ${d} and ${k}.`,
      'Start from a head of the same features and no more classes, or from none.',
    )
  }
  for (let j = 0; j < d; j++) start.set(weights.data.subarray(j * weights.cols, (j + 1) * weights.cols), j * k)
  start.set(bias.data, d * k)
  return start
}
