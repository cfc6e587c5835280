import { LabelwrightError } from '../core/error.ts'
import { checkIndices } from './label-checks.ts'

/**
 * Weights that make every class count alike: `n / (k n_y)` for the items of class y, so that all items together still count n (where every
 * class has items).
 *
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @returns Shape `[k]`; 0 for a class without items.
 * @throws {@link LabelwrightError} `bad-label`.
 * @see King and Zeng, Logistic Regression in Rare Events Data, Political Analysis 2001 (the rule that scikit-learn calls `balanced`).
 */
export function balancedWeights(labels: ArrayLike<number>, k: number): Float32Array {
  checkIndices('label', labels, k)
  const sizes = new Float64Array(k)
  for (let i = 0; i < labels.length; i++) sizes[labels[i]!]!++
  return Float32Array.from(sizes, (size) => (size > 0 ? labels.length / (k * size) : 0))
}

/**
 * How much each item counts: its own weight times that of its class.
 *
 * @param labels - Class index of each item, shape `[n]`, values in `0..k-1`.
 * @param classWeights - Shape `[k]`.
 * @param sampleWeights - Shape `[n]`. Default 1 each.
 * @throws {@link LabelwrightError} `length-mismatch` when there are not k class weights or n sample weights, `not-finite` when a sample
 *   weight is below 0 or NaN.
 */
export function itemWeights(
  labels: Int32Array,
  k: number,
  {
    classWeights,
    sampleWeights,
  }: { readonly classWeights?: 'balanced' | Float32Array; readonly sampleWeights?: Float32Array },
): Float32Array {
  if (sampleWeights && sampleWeights.length !== labels.length) {
    throw mismatch(`features of ${labels.length} items but ${sampleWeights.length} sample weights`)
  }
  if (sampleWeights?.some((weight) => !(weight >= 0))) {
    throw new LabelwrightError(
      'not-finite',
      'A sample weight is no number from 0.',
      'Correct it, or leave its row out.',
    )
  }
  const counts = sampleWeights?.slice() ?? new Float32Array(labels.length).fill(1)
  if (!classWeights) return counts
  const byClass = classWeights === 'balanced' ? balancedWeights(labels, k) : classWeights
  if (byClass.length !== k) throw mismatch(`${k} classes but ${byClass.length} class weights`)
  for (let i = 0; i < counts.length; i++) counts[i]! *= byClass[labels[i]!]!
  return counts
}

function mismatch(problem: string): LabelwrightError {
  return new LabelwrightError('length-mismatch', `Got ${problem}.`, 'Pass one weight each, in the same order.')
}
