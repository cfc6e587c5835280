import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { euclideanDistances } from '../tensor/distances.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { gradientDistances } from './gradient-distances.ts'

test('distances of outer products from their factors are those of the products written out', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(), async (n, seed) => {
      const rng = makeRng(seed)
      const normals = (cols: number): Matrix =>
        matrix(
          n,
          cols,
          Float32Array.from({ length: n * cols }, () => rng.normal()),
        )
      const [residuals, features] = [normals(3), normals(4)]
      const products = matrix(n, 12)
      for (let i = 0; i < n; i++) {
        row(residuals, i).forEach((e, y) => row(features, i).forEach((x, j) => (row(products, i)[y * 4 + j] = e * x)))
      }
      const [factored, plain] = [gradientDistances(residuals, features), euclideanDistances(products)]
      const centres = Int32Array.of(0, n - 1)
      const [few, reference] = [await factored.toNearest(centres), await plain.toNearest(centres)]
      for (let i = 0; i < n; i++) {
        expect(factored.between(i, 0)).toBeCloseTo(plain.between(i, 0), 4)
        expect(few.squared[i]).toBeCloseTo(reference.squared[i]!, 3)
        expect(plain.between(i, centres[few.place[i]!]!)).toBeCloseTo(reference.squared[i]!, 3)
      }
    }),
    { numRuns: 50 },
  )
})
