import { matmulTransposed } from '../tensor/matmul.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classMasses } from './class-shares.ts'

/** All that a discriminant has to know of its examples. Those of several parts add up: each part is gone through once, in however many fits it takes part. */
export interface ClassMoments {
  /** Number of features. */
  readonly d: number
  /** How many examples each class has, soft ones by their share, shape `[k]`. */
  readonly masses: Float64Array
  /** `Σ_i share[i, y] · x_i` over directions `x`, shape `[k, d]`. */
  readonly sums: Float64Array
  /** `Σ_i mass_i · x_i x_iᵀ`, shape `[d, d]`. */
  readonly scatter: Float64Array
}

/**
 * The moments of the features' directions.
 *
 * @param features - Shape `[n, d]`.
 * @param shares - How much of each item counts for each class, shape `[n, k]`, from 0; a row need not sum to 1.
 */
export async function classMoments(features: Matrix, shares: Matrix): Promise<ClassMoments> {
  const points = unitRows(features)
  const sums = await matmulTransposed(shares, points)
  const weighted = matrix(points.rows, points.cols)
  for (let i = 0, at = 0; i < points.rows; i++) {
    const count = row(shares, i).reduce((sum, share) => sum + share, 0)
    for (const end = at + points.cols; at < end; at++) weighted.data[at] = count * points.data[at]!
  }
  const scatter = await matmulTransposed(weighted, points)
  return {
    d: points.cols,
    masses: classMasses(shares),
    sums: Float64Array.from(sums.data),
    scatter: Float64Array.from(scatter.data),
  }
}

/** The moments of all parts together, of `d` features and `k` classes. */
export function addMoments(parts: readonly ClassMoments[], d: number, k: number): ClassMoments {
  const total = (name: 'masses' | 'sums' | 'scatter', length: number): Float64Array => {
    const sum = new Float64Array(length)
    for (const { [name]: values } of parts) for (let at = 0; at < length; at++) sum[at]! += values[at]!
    return sum
  }
  return { d, masses: total('masses', k), sums: total('sums', k * d), scatter: total('scatter', d * d) }
}
