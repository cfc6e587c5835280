import { matrix, type Matrix } from '../tensor/matrix.ts'
import { checkIndices } from './label-checks.ts'

/** The log-likelihood that a plain label gives every other class. */
const ruledOut = -30

/**
 * Plain labels as evidence: 0 at the label, -30 elsewhere (as good as impossible, yet finite).
 *
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @returns Log-likelihoods, shape `[n, k]`.
 * @throws {@link LabelwrightError} `bad-label`.
 */
export function labelEvidence(labels: ArrayLike<number>, k: number): Matrix {
  checkIndices('label', labels, k)
  const evidence = matrix(labels.length, k)
  evidence.data.fill(ruledOut)
  for (let i = 0; i < labels.length; i++) evidence.data[i * k + labels[i]!] = 0
  return evidence
}

/**
 * What people know of some items as evidence: 0 at each class that may be right, -30 elsewhere.
 *
 * @param rows - The items, in order.
 * @param labels - Class of each item of the pool, shape `[n]`; -1 where it is not settled.
 * @param denied - For items without a label: the classes that are ruled out.
 * @returns Log-likelihoods, shape `[rows.length, k]`.
 */
export function knownEvidence(
  rows: Int32Array,
  labels: Int32Array,
  denied: ReadonlyMap<number, ReadonlySet<number>>,
  k: number,
): Matrix {
  const evidence = matrix(rows.length, k)
  rows.forEach((i, at) => {
    for (let y = 0; y < k; y++) {
      const isPossible = labels[i]! >= 0 ? labels[i] === y : !denied.get(i)?.has(y)
      if (!isPossible) evidence.data[at * k + y] = ruledOut
    }
  })
  return evidence
}

/**
 * How likely predictions found what became known: `Σ_y p(y) exp(E[y])`.
 *
 * @param predProbs - Shape `[t, k]`.
 * @param evidence - As of {@link knownEvidence}, shape `[t, k]`.
 * @returns Shape `[t]`, above 0.
 */
export function knownLikelihood(predProbs: Matrix, evidence: Matrix): Float64Array {
  const { rows, cols, data } = predProbs
  const likelihoods = new Float64Array(rows)
  for (let at = 0; at < data.length; at++) {
    likelihoods[Math.floor(at / cols)]! += data[at]! * Math.exp(evidence.data[at]!)
  }
  return likelihoods
}
