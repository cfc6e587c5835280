import type { Matrix } from '../tensor/matrix.ts'

/**
 * Solves `a · x = b` for a symmetric positive definite `a` in 64 bits, by Cholesky's decomposition.
 *
 * @param a - Shape `[d, d]`, row-major; overwritten.
 * @param b - Right-hand sides as rows, shape `[m, d]`; overwritten by the solutions.
 * @see Golub and Van Loan, Matrix Computations, section 4.2.
 */
export function solveSymmetric(a: Float64Array, b: Matrix): void {
  const d = b.cols
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!
      for (let l = 0; l < j; l++) sum -= a[i * d + l]! * a[j * d + l]!
      a[i * d + j] = i === j ? Math.sqrt(sum) : sum / a[j * d + j]!
    }
  }
  const x = new Float64Array(d)
  for (let at = 0; at < b.data.length; at += d) {
    for (let i = 0; i < d; i++) {
      let sum = b.data[at + i]!
      for (let l = 0; l < i; l++) sum -= a[i * d + l]! * x[l]!
      x[i] = sum / a[i * d + i]!
    }
    // The columns of the transposed factor are rows: whatever is solved is taken from all others at once, along memory.
    for (let i = d - 1; i >= 0; i--) {
      const solved = x[i]! / a[i * d + i]!
      x[i] = solved
      for (let l = 0; l < i; l++) x[l]! -= a[i * d + l]! * solved
    }
    b.data.set(x, at)
  }
}
