import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row } from '../tensor/matrix.ts'
import { solveSymmetric } from './cholesky.ts'

test('a · x = b holds for the x that is found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (d, seed) => {
      const rng = makeRng(seed, 'cholesky')
      const root = Float64Array.from({ length: d * d }, () => rng.normal())
      const a = new Float64Array(d * d)
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          for (let l = 0; l < d; l++) a[i * d + j]! += root[i * d + l]! * root[j * d + l]!
          if (i === j) a[i * d + j]! += 1
        }
      }
      const b = matrix(
        2,
        d,
        Float32Array.from({ length: 2 * d }, () => rng.normal()),
      )
      const x = matrix(2, d, b.data.slice())
      solveSymmetric(a.slice(), x)
      for (const r of [0, 1]) {
        for (let i = 0; i < d; i++) {
          const product = row(x, r).reduce((sum, value, j) => sum + a[i * d + j]! * value, 0)
          expect(product).toBeCloseTo(row(b, r)[i]!, 3)
        }
      }
    }),
  )
})
