/** Below this an item is sure, and a quotient of such numbers would be noise. */
const tiny = 1e-6

/**
 * A score of a given label `y`: `self_confidence` is `p[y]`; `normalized_margin` is `(p[y] - max p[k ≠ y] + 1) / 2`;
 * `confidence_weighted_entropy` is `ln(1 + x) / x`, where `x` is the entropy as a share of `ln k`, divided by `p[y]`.
 */
export type QualityMethod = 'self_confidence' | 'normalized_margin' | 'confidence_weighted_entropy'

/** The score of one row, which begins at `start`. */
export function scoreRow(
  method: QualityMethod,
  data: Float32Array | Float64Array,
  start: number,
  { cols, label }: { readonly cols: number; readonly label: number },
): number {
  const own = data[start + label]!
  switch (method) {
    case 'self_confidence':
      return own
    case 'normalized_margin':
      return (own - highestOther(data, start, start + cols, start + label) + 1) / 2
    case 'confidence_weighted_entropy':
      return weightedEntropyScore(entropy(data, start, start + cols) / Math.log(cols), own)
  }
}

function highestOther(data: Float32Array | Float64Array, start: number, end: number, own: number): number {
  let highest = -Infinity
  for (let at = start; at < end; at++) if (data[at]! > highest && at !== own) highest = data[at]!
  return highest
}

function entropy(data: Float32Array | Float64Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) if (data[at]! > 0) sum -= data[at]! * Math.log(data[at]!)
  return sum
}

function weightedEntropyScore(share: number, own: number): number {
  const x = share / Math.max(own, tiny)
  // The limit for x = 0. Cleanlab 2.9 divides by 1e-6 instead, and so ranks the surest labels as the worst.
  return x < tiny ? 1 : Math.log1p(x) / x
}
