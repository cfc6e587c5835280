import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matmul, matmulTransposed } from './matmul.ts'
import { matrix, type Matrix } from './matrix.ts'

function transposed({ rows, cols, data }: Matrix): Matrix {
  return matrix(
    cols,
    rows,
    data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!),
  )
}

test('a product has the entries of the plain loop', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(4), fc.nat(4), fc.nat(4), async (n, d, m) => {
      const a = matrix(
        n,
        d,
        Float32Array.from({ length: n * d }, (_, i) => i - 3),
      )
      const b = matrix(
        d,
        m,
        Float32Array.from({ length: d * m }, (_, i) => 2 * i + 1),
      )
      const c = matrix(n, m)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++)
          for (let f = 0; f < d; f++) c.data[i * m + j]! += a.data[i * d + f]! * b.data[f * m + j]!
      expect(await matmul(a, b)).toEqual(c)
      expect(await matmulTransposed(transposed(a), b)).toEqual(c)
    }),
    { numRuns: 30 },
  )
})
