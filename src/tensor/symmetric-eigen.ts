/** Eigenvalues, largest first, and the eigenvectors of unit length that belong to them. */
export interface Eigen {
  readonly values: Float64Array
  /** Vector `j` is column `j`, shape `[n, n]`. */
  readonly vectors: Float64Array
}

/** Jacobi's method converges quadratically: about ten sweeps for a thousand rows. */
const mostSweeps = 50

/**
 * Eigen-decomposition of a small symmetric matrix by cyclic Jacobi rotations: slow (n³ per sweep), short and precise.
 *
 * @param symmetric - Shape `[n, n]`; not changed.
 * @see Golub, Van Loan, Matrix Computations, 4th edition, algorithm 8.5.3.
 */
export function symmetricEigen(symmetric: Float64Array, n: number): Eigen {
  const a = symmetric.slice()
  // Rows of the transpose are contiguous.
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  const energy = a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(a, n) > 1e-28 * energy; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, [p, q])
  }
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]! || i - j)
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors[i * n + to] = v[from * n + i]!
  })
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors }
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) sum += a[i * n + j]! ** 2
  return sum
}

/** Makes `a[p, q]` zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, [p, q]: readonly [number, number]): void {
  const apq = a[p * n + q]!
  if (apq === 0) return
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  for (let i = 0; i < n; i++) {
    const [aip, aiq] = [a[i * n + p]!, a[i * n + q]!]
    a[i * n + p] = c * aip - s * aiq
    a[i * n + q] = s * aip + c * aiq
  }
  for (const m of [a, v]) {
    for (let i = 0; i < n; i++) {
      const [mp, mq] = [m[p * n + i]!, m[q * n + i]!]
      m[p * n + i] = c * mp - s * mq
      m[q * n + i] = s * mp + c * mq
    }
  }
}
