import { matrix } from '../tensor/matrix.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { checkLabels } from './check-items.ts'
import { countLabels } from './class-thresholds.ts'
import type { ConfidentJoint } from './confident-joint.ts'

const highestNoise = 0.9999
const lowestPrior = 1e-6

/** How labels err, and how often each class is true. A column is all 0 where the joint has no item of its class. */
export interface NoiseMatrices {
  /** `P(given = i | true = j)`, shape `[k, k]`, columns summing to 1. */
  readonly noise: Matrix
  /** `P(true = i | given = j)`, shape `[k, k]`, columns summing to 1. */
  readonly inverse: Matrix
  /** `P(true = i)`, shape `[k]`, at least about 1e-6. */
  readonly prior: Float64Array
}

/**
 * Reads off a confident joint how labels err.
 *
 * @param joint - As {@link confidentJoint} counts it, calibrated or not.
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @throws {@link LabelwrightError} `bad-label`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068); the prior by counting, as in cleanlab 2.9.
 */
export function noiseMatrices({ classes: k, counts }: ConfidentJoint, labels: Int32Array): NoiseMatrices {
  checkLabels(labels, labels.length, k)
  const at = (given: number, actual: number): number => counts[given * k + actual]!
  const noise = shareOfColumns(k, at)
  const inverse = shareOfColumns(k, (actual, given) => at(given, actual))
  const given = countLabels(labels, k)
  const prior = Float64Array.from(given, (count, c) => {
    const kept = noise[c * k + c]! > 0 ? inverse[c * k + c]! / noise[c * k + c]! : 0
    return Math.min(1, Math.max(lowestPrior, (kept * count) / Math.max(1, labels.length)))
  })
  const total = prior.reduce((a, b) => a + b)
  return { noise: clipped(noise, k), inverse: clipped(inverse, k), prior: prior.map((p) => p / total) }
}

function shareOfColumns(k: number, at: (row: number, column: number) => number): Float64Array {
  const shares = new Float64Array(k * k)
  for (let j = 0; j < k; j++) {
    let sum = 0
    for (let i = 0; i < k; i++) sum += at(i, j)
    if (sum > 0) for (let i = 0; i < k; i++) shares[i * k + j] = at(i, j) / sum
  }
  return shares
}

/** Noise near 1 is cut before the columns are normalised, which leaves a class with few right labels a little more of them. */
function clipped(rates: Float64Array, k: number): Matrix {
  const clip = (i: number, j: number): number =>
    i === j ? rates[i * k + j]! : Math.min(rates[i * k + j]!, highestNoise)
  return matrix(k, k, Float32Array.from(shareOfColumns(k, clip)))
}
