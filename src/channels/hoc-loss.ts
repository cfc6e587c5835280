import type { LabelConsensus } from './label-consensus.ts'

/** A model of noisy labels, or the slope of a loss in each of its entries. */
export interface NoiseModel {
  /** `T[y, i] = P(label i | true y)`, shape `[k, k]`. */
  readonly transition: Float64Array
  /** `P(true y)`, shape `[k]`. */
  readonly prior: Float64Array
}

/** Frequencies of 1, 2 and perhaps 3 labels, each averaged over the orders of its labels, in which no model makes a difference. */
export type HocTarget = readonly {
  /** Of tuples with ascending labels only: a sixth of the triples. */
  readonly average: Float64Array
  /** How many orders each of these tuples has. */
  readonly orders: Float64Array
  /** Squared distance between frequencies and averages, which no model can lessen. */
  readonly unexplained: number
}[]

/** Prepares counts for {@link hocLoss}. */
export function hocTarget({ classes, one, two, three }: LabelConsensus): HocTarget {
  return [one, two, ...(three ? [three] : [])].map((counts, level) => {
    const places = ascendingPlaces(classes, level + 1)
    const tuples = places[places.length - 1]! + 1
    const [average, orders] = [new Float64Array(tuples), new Float64Array(tuples)]
    for (let at = 0; at < counts.length; at++) {
      average[places[at]!]! += counts[at]!
      orders[places[at]!]!++
    }
    for (let t = 0; t < tuples; t++) average[t]! /= orders[t]!
    let unexplained = 0
    for (let at = 0; at < counts.length; at++) unexplained += (counts[at]! - average[places[at]!]!) ** 2
    return { average, orders, unexplained }
  })
}

/**
 * The distance of a model from what was counted: `|c1 - ĉ1| + |c2 - ĉ2| + |c3 - ĉ3|`, Euclidean norms over all orders.
 *
 * @param slope - Overwritten by the loss's derivatives, as if the model's entries were independent.
 */
export function hocLoss(target: HocTarget, model: NoiseModel, slope: NoiseModel): number {
  const k = model.prior.length
  slope.transition.fill(0)
  slope.prior.fill(0)
  let loss = 0
  for (let level = 0; level < target.length; level++) {
    const { average, orders, unexplained } = target[level]!
    const pull = new Float64Array(average.length)
    for (let y = 0; y < k; y++) addExpected[level]!(model, y, pull)
    let squares = unexplained
    for (let t = 0; t < pull.length; t++) squares += orders[t]! * (pull[t]! -= average[t]!) ** 2
    const norm = Math.sqrt(squares)
    loss += norm
    // A norm has no derivative at 0, where the fit is perfect; none is as good as any there.
    const scale = norm > 1e-12 ? 1 / norm : 0
    for (let t = 0; t < pull.length; t++) pull[t]! *= orders[t]! * scale
    for (let y = 0; y < k; y++) addSlope[level]!(model, y, pull, slope)
  }
  return loss
}

/** For each cell of a table over `size` labels, the number of the tuple with the same labels in ascending order. */
function ascendingPlaces(k: number, size: number): Int32Array {
  const places = new Int32Array(k ** size)
  let t = 0
  for (let a = 0; a < k; a++) {
    if (size === 1) places[a] = t++
    for (let b = a; size > 1 && b < k; b++) {
      if (size === 2) places[a * k + b] = places[b * k + a] = t++
      for (let c = b; size > 2 && c < k; c++, t++) {
        for (const [i, j] of [
          [a, b],
          [b, a],
        ] as const) {
          places[(i * k + j) * k + c] = places[(i * k + c) * k + j] = places[(c * k + i) * k + j] = t
        }
      }
    }
  }
  return places
}

/** Adds `p_y · T[y, a] · T[y, b] · T[y, c]` to every ascending tuple of 1, 2 or 3 labels. */
const addExpected: readonly ((model: NoiseModel, y: number, tuples: Float64Array) => void)[] = [
  ({ transition: T, prior }, y, tuples) => {
    const k = prior.length
    for (let a = 0; a < k; a++) tuples[a]! += prior[y]! * T[y * k + a]!
  },
  ({ transition: T, prior }, y, tuples) => {
    const [start, end] = [y * prior.length, (y + 1) * prior.length]
    let t = 0
    for (let a = start; a < end; a++) {
      const one = prior[y]! * T[a]!
      for (let b = a; b < end; b++) tuples[t++]! += one * T[b]!
    }
  },
  ({ transition: T, prior }, y, tuples) => {
    const [start, end] = [y * prior.length, (y + 1) * prior.length]
    let t = 0
    for (let a = start; a < end; a++) {
      for (let b = a; b < end; b++) {
        const two = prior[y]! * T[a]! * T[b]!
        for (let c = b; c < end; c++) tuples[t++]! += two * T[c]!
      }
    }
  },
]

/** Adds the derivatives of `Σ pull · expected`. */
const addSlope: readonly ((model: NoiseModel, y: number, pull: Float64Array, slope: NoiseModel) => void)[] = [
  ({ transition: T, prior }, y, pull, slope) => {
    const k = prior.length
    for (let a = 0; a < k; a++) {
      slope.prior[y]! += pull[a]! * T[y * k + a]!
      slope.transition[y * k + a]! += pull[a]! * prior[y]!
    }
  },
  ({ transition: T, prior }, y, pull, slope) => {
    const [start, end] = [y * prior.length, (y + 1) * prior.length]
    let t = 0
    for (let a = start; a < end; a++) {
      const one = prior[y]! * T[a]!
      let rest = 0
      for (let b = a; b < end; b++) {
        const g = pull[t++]!
        rest += g * T[b]!
        slope.transition[b]! += g * one
      }
      slope.transition[a]! += rest * prior[y]!
      slope.prior[y]! += rest * T[a]!
    }
  },
  ({ transition: T, prior }, y, pull, slope) => {
    const [start, end] = [y * prior.length, (y + 1) * prior.length]
    let t = 0
    for (let a = start; a < end; a++) {
      for (let b = a; b < end; b++) {
        const both = T[a]! * T[b]!
        const two = prior[y]! * both
        let rest = 0
        for (let c = b; c < end; c++) {
          const g = pull[t++]!
          rest += g * T[c]!
          slope.transition[c]! += g * two
        }
        slope.transition[a]! += rest * prior[y]! * T[b]!
        slope.transition[b]! += rest * prior[y]! * T[a]!
        slope.prior[y]! += rest * both
      }
    }
  },
]
