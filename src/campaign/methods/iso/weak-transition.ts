import { matrix, row, type Matrix } from '../../../tensor/matrix.ts'
import type { IsoOptions } from '../options.ts'

/** Items with both labels: the coarse class each has, and the one that was said, both `0..c-1`, in the same order. */
export interface JudgedAnswers {
  readonly truth: Int32Array
  readonly said: Int32Array
}

/** So many pseudo-answers per class, given at the rate of errors over all classes. */
const smoothing = 2

/**
 * How the weak annotator errs: `T[i, j] = P(said j | truly i)`, rows sum to 1.
 *
 * - `smoothed`: `(n_ij + a q_ij) / (n_i + a)` with `q = (1 - e) I + e / c`, `e` the share of wrong answers over all classes, itself smoothed.
 * - `plain`: `n_ij / n_i`. The authors leave a row without answers at 0, so that no answer is ever explained by that class; here all its
 *   mass is on one more column, which nobody says: the same, in rows that are probabilities.
 * - `none`: the identity, what was said is true.
 *
 * @param c - Number of coarse classes.
 * @returns Shape `[c, c]`, or `[c, c + 1]` where it is plain.
 * @see Nguyen et al., VLMs as weak annotators, arXiv:2605.00480 (`plain`); the smoothing is ours.
 */
export function weakTransition(judged: JudgedAnswers, c: number, kind: IsoOptions['matrix'] = 'smoothed'): Matrix {
  switch (kind) {
    case 'none':
      return fromRows(c, c, (i, j) => (i === j ? 1 : 0))
    case 'plain': {
      const counts = countAnswers(judged, c)
      const given = rowSums(counts)
      return fromRows(c, c + 1, (i, j) => {
        if (j === c) return given[i] === 0 ? 1 : 0
        return given[i] === 0 ? 0 : counts.data[i * c + j]! / given[i]!
      })
    }
    case 'smoothed': {
      const counts = countAnswers(judged, c)
      const given = rowSums(counts)
      const wrong = judged.truth.reduce((sum, truth, at) => sum + (truth === judged.said[at] ? 0 : 1), 0)
      const error = (wrong + 1) / (judged.truth.length + 2)
      return fromRows(c, c, (i, j) => {
        const usual = (i === j ? 1 - error : 0) + error / c
        return (counts.data[i * c + j]! + smoothing * usual) / (given[i]! + smoothing)
      })
    }
  }
}

function countAnswers({ truth, said }: JudgedAnswers, c: number): Matrix {
  const counts = matrix(c, c)
  truth.forEach((i, at) => (counts.data[i * c + said[at]!]! += 1))
  return counts
}

function rowSums(m: Matrix): number[] {
  return Array.from({ length: m.rows }, (_, i) => row(m, i).reduce((sum, value) => sum + value, 0))
}

function fromRows(rows: number, cols: number, valueAt: (i: number, j: number) => number): Matrix {
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, (_, at) => valueAt(Math.floor(at / cols), at % cols)),
  )
}
