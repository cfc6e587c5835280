import { row, type Matrix } from '../../../tensor/matrix.ts'

/**
 * The group of classes that is likeliest for each item; ties go to the lowest.
 *
 * @param probs - Shape `[n, k]`.
 * @param groupOf - Group of each class, shape `[k]`.
 * @returns Shape `[n]`.
 */
export function likeliestGroup(probs: Matrix, groupOf: Int32Array): Int32Array {
  const mass = new Float64Array(Math.max(...groupOf) + 1)
  return Int32Array.from({ length: probs.rows }, (_, i) => {
    mass.fill(0)
    row(probs, i).forEach((p, y) => (mass[groupOf[y]!]! += p))
    let best = 0
    for (let group = 1; group < mass.length; group++) if (mass[group]! > mass[best]!) best = group
    return best
  })
}
