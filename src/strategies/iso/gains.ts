/** What one more label of each kind is worth, in one unit. */
export interface Gains {
  readonly weak: number
  readonly full: number
}

/**
 * How much accuracy one more label adds at the end of a learning curve: the mean of its steps, the `r`-th of which counts `r` times, per label.
 *
 * @param accuracies - Accuracy after each of equal increments of labels, at least two.
 * @param increment - Labels in each.
 * @see Matsuo et al., Instance-wise supervision-level optimization in active learning (ISO), CVPR 2025, arXiv:2503.06517.
 */
export function improvementPerLabel(accuracies: ArrayLike<number>, increment: number): number {
  let [sum, counts] = [0, 0]
  for (let r = 1; r < accuracies.length; r++) {
    sum += r * (accuracies[r]! - accuracies[r - 1]!)
    counts += r
  }
  return sum / counts / increment
}

/**
 * Improvements per label on the scale where the weak one is 1. One that is not positive turns its kind off, with gain 0; two tell nothing
 * apart, and both count 1.
 */
export function relativeGains({ weak, full }: Gains): Gains {
  if (weak <= 0 && full <= 0) return { weak: 1, full: 1 }
  if (weak <= 0) return { weak: 0, full: 1 }
  if (full <= 0) return { weak: 1, full: 0 }
  return { weak: 1, full: full / weak }
}
