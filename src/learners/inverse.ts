import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'

/**
 * The inverse of a small square matrix in 64 bits, by Gauss–Jordan elimination with row pivots; shape `[n, n]`.
 *
 * @throws {@link LabelwrightError} `bad-shape` when the matrix is not square or has no inverse.
 */
export function inverse({ rows: n, cols, data }: Matrix): Float64Array {
  if (n !== cols) throw noInverse(`A ${n} x ${cols} matrix is not square.`)
  const left = Float64Array.from(data)
  const right = new Float64Array(n * n)
  for (let i = 0; i < n; i++) right[i * n + i] = 1
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let i = column + 1; i < n; i++) {
      if (Math.abs(left[i * n + column]!) > Math.abs(left[pivot * n + column]!)) pivot = i
    }
    const head = left[pivot * n + column]!
    if (!(Math.abs(head) > 1e-7)) throw noInverse(`The ${n} x ${n} matrix is singular.`)
    for (const side of [left, right]) {
      const [from, to] = [side.slice(pivot * n, (pivot + 1) * n), side.slice(column * n, (column + 1) * n)]
      side.set(to, pivot * n)
      side.set(
        from.map((value) => value / head),
        column * n,
      )
    }
    for (let i = 0; i < n; i++) {
      const factor = left[i * n + column]!
      if (i === column || factor === 0) continue
      for (const side of [left, right]) for (let j = 0; j < n; j++) side[i * n + j]! -= factor * side[column * n + j]!
    }
  }
  return right
}

function noInverse(problem: string): LabelwrightError {
  return new LabelwrightError(
    'bad-shape',
    problem,
    'Give a transition matrix in which most answers of each class are right.',
  )
}
