import { matrix, softmaxRows, type Matrix } from '../tensor/matrix.ts'

/** More than plain labels give to other classes, less than 32 bits would miss. */
const leastShare = 1e-12

/**
 * Evidence as soft labels, for learners that count examples: `q ∝ exp(E)`, every class being as likely beforehand.
 *
 * @param evidence - Shape `[n, k]`; no row may rule out every class.
 * @returns Shape `[n, k]`, rows sum to 1; one-hot for plain labels.
 */
export function classShares({ rows, cols, data }: Matrix): Matrix {
  const shares = softmaxRows(matrix(rows, cols, data.slice()))
  // All that a class without examples had would otherwise be crumbs of others, and its mean theirs.
  for (let at = 0; at < shares.data.length; at++) if (shares.data[at]! < leastShare) shares.data[at] = 0
  return shares
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
