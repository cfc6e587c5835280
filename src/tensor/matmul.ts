import { makeKernel } from './kernel.ts'
import type { Matrix } from './matrix.ts'

const product = makeKernel((g) => ({ c: g.matmul(g.input('a', ['n', 'd']), g.input('b', ['d', 'm'])) }))
const productTransposed = makeKernel((g) => ({
  c: g.matmulTransposed(g.input('a', ['n', 'd']), g.input('b', ['n', 'm'])),
}))

/** `a · b`, shapes `[n, d]` and `[d, m]`. */
export async function matmul(a: Matrix, b: Matrix): Promise<Matrix> {
  return (await product({ a, b })).c!
}

/** `transpose(a) · b`, shapes `[n, d]` and `[n, m]`. */
export async function matmulTransposed(a: Matrix, b: Matrix): Promise<Matrix> {
  return (await productTransposed({ a, b })).c!
}
