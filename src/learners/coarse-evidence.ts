import { matrix, type Matrix } from '../tensor/matrix.ts'

/** No answer rules a class out for good, however sure the transition matrix is: the authors' constant. */
const leastLikelihood = 1e-8

/**
 * Coarse answers as evidence on finer classes: `E[i, y] = ln T[parent(y), said(i)]`.
 *
 * @param said - Coarse class said of each item, shape `[n]`, values in `0..r-1`.
 * @param parents - Coarse class of each fine class, shape `[k]`, values in `0..c-1`.
 * @param transition - `T[i, j] = P(said j | truly i)`, shape `[c, r]`. What is below 1e-8 counts as that.
 * @returns Log-likelihoods, shape `[n, k]`.
 * @see Patrini et al., Making Deep Neural Networks Robust to Label Noise, CVPR 2017, section 4.2 (forward correction).
 */
export function coarseEvidence(said: Int32Array, parents: Int32Array, transition: Matrix): Matrix {
  const k = parents.length
  const evidence = matrix(said.length, k)
  const logs = transition.data.map((p) => Math.log(Math.max(p, leastLikelihood)))
  for (let i = 0; i < said.length; i++) {
    for (let y = 0; y < k; y++) evidence.data[i * k + y] = logs[parents[y]! * transition.cols + said[i]!]!
  }
  return evidence
}
