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
