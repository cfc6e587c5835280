/**
 * How many pictures each class gets: `n_k ∝ r^(-k / (K - 1))`, so that the first class has `r` times as many as the last.
 *
 * Shares are rounded down; what is left over goes one each to the first classes, so that the counts sum to `count`.
 *
 * @param imbalance - `r`, at least 1; 1 is balanced.
 * @returns Shape `[k]`, falling.
 * @see Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019, section 5.1 (long-tailed CIFAR).
 */
export function longTailCounts(count: number, k: number, imbalance: number): Int32Array {
  const weights = Array.from({ length: k }, (_, i) => imbalance ** (-i / Math.max(1, k - 1)))
  const largest = count / weights.reduce((sum, weight) => sum + weight, 0)
  // The tiny extra keeps a share that is whole on paper from falling short of it by rounding.
  const counts = Int32Array.from(weights, (weight) => Math.floor(largest * weight + 1e-9))
  const leftOver = count - counts.reduce((sum, n) => sum + n, 0)
  for (let i = 0; i < leftOver; i++) counts[i]! += 1
  return counts
}
