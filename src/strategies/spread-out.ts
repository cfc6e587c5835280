import { row, type Matrix } from '../tensor/matrix.ts'

/** The squared distance of opposite directions is 4; no pair of a pool's items is that far apart, and most are about so far. */
const usualDistance = 2

/**
 * Chooses points one after the other by value times squared distance to the nearest one chosen, so that a batch holds no twins.
 *
 * The product only falls as others are chosen, so an old one is an upper bound and only the points at the top are compared anew (Minoux,
 * Accelerated Greedy Algorithms, 1978).
 *
 * @param values - Of each point, from 0, shape `[m]`.
 * @param directions - Rows of unit length, shape `[m, d]`.
 * @param take - Told which point is next; false where it cannot be had, and is left out.
 * @returns The points taken, in order.
 * @see Gonzalez, Clustering to Minimize the Maximum Intercluster Distance, 1985 (farthest first), here weighted.
 */
export function spreadOut(values: Float64Array, directions: Matrix, take: (point: number) => boolean): number[] {
  const chosen: number[] = []
  const nearest = new Float64Array(values.length).fill(usualDistance)
  const bounds = values.map((value) => value * usualDistance)
  const compared = new Int32Array(values.length)
  for (;;) {
    let best = -1
    for (let point = 0; point < bounds.length; point++) {
      if (bounds[point]! >= 0 && (best < 0 || bounds[point]! > bounds[best]!)) best = point
    }
    if (best < 0) return chosen
    if (compared[best]! === chosen.length) {
      bounds[best] = -1
      if (take(best)) chosen.push(best)
      continue
    }
    const here = row(directions, best)
    for (; compared[best]! < chosen.length; compared[best]!++) {
      const there = row(directions, chosen[compared[best]!]!)
      let cosine = 0
      for (let j = 0; j < here.length; j++) cosine += here[j]! * there[j]!
      nearest[best] = Math.min(nearest[best]!, Math.max(0, 2 - 2 * cosine))
    }
    bounds[best] = values[best]! * nearest[best]!
  }
}
