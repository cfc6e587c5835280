import { roundHalfEven } from '../tensor/round-half-even.ts'

/**
 * Rounds numbers so that their sum is the rounded sum of the numbers: each to the nearest (halves to even), then as many as need be by one
 * the other way, those first that rounding moved the most.
 *
 * @param values - At least 0. Among equals, the last is raised first and the first lowered first, as in cleanlab.
 * @returns Whole numbers, shape as `values`.
 */
export function roundPreservingSum(values: ArrayLike<number>): Int32Array {
  const rounded = new Int32Array(values.length)
  let sum = 0
  let roundedSum = 0
  for (let i = 0; i < values.length; i++) {
    rounded[i] = roundHalfEven(values[i]!)
    sum += values[i]!
    roundedSum += rounded[i]!
  }
  const missing = roundHalfEven(sum) - roundedSum
  if (missing === 0) return rounded
  const lost = (i: number): number => values[i]! - rounded[i]!
  const order = Array.from(rounded, (_, i) => i).sort((a, b) => lost(a) - lost(b))
  if (missing > 0) order.reverse()
  for (const i of order.slice(0, Math.abs(missing))) rounded[i]! += Math.sign(missing)
  return rounded
}
