import { descendingOrder } from '../descending-order.ts'

/**
 * The place of each value in rising order, as a share: `rank / n`, so from 0 for the lowest to `(n - 1) / n`. Equal values by place.
 *
 * @param values - Without NaN, shape `[n]`.
 */
export function percentileRanks(values: Float32Array): Float64Array {
  const ranks = new Float64Array(values.length)
  const rising = descendingOrder(values.map((value) => -value))
  for (let rank = 0; rank < rising.length; rank++) ranks[rising[rank]!] = rank / values.length
  return ranks
}
