import { matrix, softmaxRows, type Matrix } from '../tensor/matrix.ts'

/**
 * Evidence as soft labels, for learners that count examples: `q ∝ exp(E)`, every class being as likely beforehand.
 *
 * @param evidence - Shape `[n, k]`; no row may rule out every class.
 * @returns Shape `[n, k]`, rows sum to 1; one-hot (to 1e-13) for plain labels.
 */
export function classShares({ rows, cols, data }: Matrix): Matrix {
  return softmaxRows(matrix(rows, cols, data.slice()))
}

/** How many examples each class has, soft ones by their share, shape `[k]`. */
export function classMasses({ cols, data }: Matrix): Float64Array {
  const masses = new Float64Array(cols)
  for (let at = 0, y = 0; at < data.length; at++) {
    masses[y]! += data[at]!
    if (++y === cols) y = 0
  }
  return masses
}
