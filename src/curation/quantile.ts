/**
 * The value below which a share of the values lies, interpolated between its neighbours in order (position `(n - 1) · share`, as numpy
 * does by default). NaN where there are no values.
 *
 * @param share - In `[0, 1]`; 0.5 gives the median.
 */
export function quantile(values: Float32Array | Float64Array, share: number): number {
  return quantileOfSorted(values.slice().sort(), share)
}

/** {@link quantile} of values that are in ascending order already. */
export function quantileOfSorted(sorted: Float32Array | Float64Array, share: number): number {
  if (sorted.length === 0) return NaN
  const position = (sorted.length - 1) * share
  const at = Math.floor(position)
  const [below, above] = [sorted[at]!, sorted[Math.min(at + 1, sorted.length - 1)]!]
  // Equal ends first: between two infinities there is no way to go.
  return below === above ? below : below + (position - at) * (above - below)
}
