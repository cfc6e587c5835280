import { LabelwrightError } from '../core/error.ts'

/** What a uniform random audit of the items that people had not labelled says about all labels. */
export interface Certificate {
  /** All labels are right at least at this share, with the given confidence. */
  readonly lower: number
  readonly confidence: number
  /** Items drawn, and how many of them had the right label. */
  readonly audited: number
  readonly right: number
  /** Items without a person's label when the audit was drawn. */
  readonly population: number
  /** The share of right labels in the population that the posterior promised. */
  readonly believed: number
}

/**
 * The Clopper–Pearson lower bound: the smallest success rate that would still give `right` or more successes with probability `1 - confidence`.
 *
 * @param right - Successes, `0..n`.
 * @param confidence - One-sided, in `(0, 1)`.
 * @throws {@link LabelwrightError} `bad-audit` for counts or a confidence outside these ranges.
 * @see Clopper and Pearson, The Use of Confidence or Fiducial Limits, Biometrika 1934.
 */
export function clopperPearsonLower(right: number, n: number, confidence: number): number {
  if (!(right >= 0 && right <= n && confidence > 0 && confidence < 1)) {
    throw new LabelwrightError(
      'bad-audit',
      `There is no bound for ${right} right labels of ${n} at a confidence of ${confidence}.`,
      'Give 0 to n right labels and a confidence between 0 and 1.',
    )
  }
  if (right === 0) return 0
  let [low, high] = [0, right / n]
  for (let step = 0; step < 60; step++) {
    const rate = (low + high) / 2
    if (upperTail(right, n, rate) < 1 - confidence) low = rate
    else high = rate
  }
  return low
}

/** `P(X ≥ from)` for a binomial X, summed in log space from its first term. */
function upperTail(from: number, n: number, rate: number): number {
  let logTerm = n * Math.log1p(-rate)
  const logOdds = Math.log(rate) - Math.log1p(-rate)
  let tail = 0
  for (let x = 0; x <= n; x++) {
    if (x >= from) tail += Math.exp(logTerm)
    logTerm += Math.log((n - x) / (x + 1)) + logOdds
  }
  return tail
}

/**
 * The confidence that the m-th attempt (from 1) at a certificate must have, so that all attempts together are wrong with at most
 * `1 - confidence`: the shares `1 / (m (m + 1))` of the risk sum to 1.
 */
export function confidenceOfAttempt(confidence: number, attempt: number): number {
  return 1 - (1 - confidence) / (attempt * (attempt + 1))
}

/** The bound on all `n` labels when the `population` of them that people did not give is right at least at `rate`. */
export function overallBound(rate: number, population: number, n: number): number {
  return n === 0 ? 1 : 1 - ((1 - rate) * population) / n
}

const auditSizes = [30, 60, 100, 150, 200, 300, 400, 600, 800, 1000]

/**
 * The smallest audit that would certify the target if the population is as good as believed; null where none would.
 *
 * @param believed - The believed share of right labels in the population, at most 1; what is below 0 counts as 0.
 */
export function auditSize(
  believed: number,
  target: number,
  options: { readonly confidence: number; readonly population: number; readonly n: number },
): number | null {
  const { confidence, population, n } = options
  for (const size of auditSizes) {
    const drawn = Math.min(size, population)
    const bound = clopperPearsonLower(Math.max(0, Math.floor(believed * drawn)), drawn, confidence)
    if (overallBound(bound, population, n) >= target) return drawn
    if (drawn === population) return null
  }
  return null
}
