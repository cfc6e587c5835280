import { matrix, softmaxRows, type Matrix } from '../tensor/matrix.ts'
import type { Testimony } from './testimony.ts'

/**
 * Adds the logarithm of one column per item to the evidence: `E[i, y] += weight · ln table[y, said[i]]`.
 *
 * @param evidence - Shape `[n, k]`; changed in place.
 * @param table - Shape `[k, c]`, positive entries: a channel's likelihood, or the truth given the answer.
 * @param said - Column per item, shape `[n]`; -1 leaves the item alone.
 */
export function addEvidence(evidence: Matrix, table: Matrix, said: Int32Array, weight = 1): void {
  const k = evidence.cols
  const logs = table.data.map(Math.log)
  for (let i = 0; i < said.length; i++) {
    const r = said[i]!
    if (r < 0) continue
    for (let y = 0; y < k; y++) evidence.data[i * k + y]! += weight * logs[y * table.cols + r]!
  }
}

/**
 * Adds what stated confidence tells to the evidence: `E[i, y] += weight · shift[i]` for the classes `y` that item `i`'s answer names.
 *
 * @param evidence - Shape `[n, k]`; changed in place.
 * @param shift - Log-odds per item, shape `[n]`, 0 where nothing was stated (`EarnedConfidence.shift`).
 */
export function addConfidence(evidence: Matrix, { said, level }: Testimony, shift: Float32Array, weight = 1): void {
  for (let i = 0; i < said.length; i++) {
    if (shift[i] === 0) continue
    for (let y = 0; y < evidence.cols; y++) {
      if (level.groupOf[y] === said[i]) evidence.data[i * evidence.cols + y]! += weight * shift[i]!
    }
  }
}

/**
 * Bayes' rule, row by row: `posterior ∝ (prior ∘ exp(evidence)) ^ (1 / temperature)`.
 *
 * @param prior - The learner's probabilities, shape `[n, k]`, positive.
 * @param temperature - Above 1 where prior and evidence agree for a common reason, and so would be too sure together. Default 1.
 * @returns Shape `[n, k]`, rows summing to 1.
 */
export function combine(prior: Matrix, evidence: Matrix, temperature = 1): Matrix {
  const logs = prior.data.map((p, at) => (Math.log(p) + evidence.data[at]!) / temperature)
  return softmaxRows(matrix(prior.rows, prior.cols, logs))
}
