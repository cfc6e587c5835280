import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from './matrix.ts'
import { principalComponents } from './principal-components.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

function normal(rows: number, cols: number, seed: number): Matrix {
  const rng = makeRng(seed, 'components', rows, cols)
  const m = matrix(rows, cols)
  for (let at = 0; at < m.data.length; at++) m.data[at] = 5 + (rng.normal() * (1 + (at % cols) * 3)) / cols
  return m
}

/** The covariance in 64 bits, `n - 1` in the denominator. */
function covariance({ rows, cols, data }: Matrix): Float64Array {
  const mean = Array.from(
    { length: cols },
    (_, j) => data.reduce((s, v, at) => s + (at % cols === j ? v : 0), 0) / rows,
  )
  const result = new Float64Array(cols * cols)
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) {
      for (let b = 0; b < cols; b++) {
        result[a * cols + b]! +=
          ((data[i * cols + a]! - mean[a]!) * (data[i * cols + b]! - mean[b]!)) / Math.max(1, rows - 1)
      }
    }
  }
  return result
}

test('the eigenvectors of a symmetric matrix are orthonormal and give it back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), (n, seed) => {
      const rng = makeRng(seed)
      const a = new Float64Array(n * n)
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = rng.normal()
      const { values, vectors } = symmetricEigen(a, n)
      expect([...values]).toEqual([...values].sort((x, y) => y - x))
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let [rebuilt, product] = [0, 0]
          for (let c = 0; c < n; c++) {
            rebuilt += vectors[i * n + c]! * values[c]! * vectors[j * n + c]!
            product += vectors[c * n + i]! * vectors[c * n + j]!
          }
          expect(rebuilt).toBeCloseTo(a[i * n + j]!, 10)
          expect(product).toBeCloseTo(i === j ? 1 : 0, 10)
        }
      }
    }),
  )
})

test('components are the eigenvectors of the covariance, largest variance first', async () => {
  const sizes = fc.record({
    n: fc.integer({ min: 1, max: 40 }),
    d: fc.integer({ min: 1, max: 9 }),
    count: fc.integer({ min: 0, max: 9 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(sizes, async ({ n, d, count, seed }) => {
      const x = normal(n, d, seed)
      const { mean, components, variances } = await principalComponents(x, count, makeRng(seed))
      const kept = Math.min(n, d, count)
      expect([mean.length, components.rows, components.cols, variances.length]).toEqual([d, kept, d, kept])
      const cov = covariance(x)
      const eigen = symmetricEigen(cov, d)
      const scale = Math.max(eigen.values[0]!, 1e-3)
      variances.forEach((variance, c) => {
        expect(variance / scale).toBeCloseTo(eigen.values[c]! / scale, 4)
        const direction = row(components, c)
        let largest = 0
        direction.forEach((value, a) => {
          if (Math.abs(value) > Math.abs(largest)) largest = value
          let image = 0
          for (let b = 0; b < d; b++) image += cov[a * d + b]! * direction[b]!
          expect(image / scale).toBeCloseTo((variance * value) / scale, 3)
        })
        expect(largest).toBeGreaterThanOrEqual(0)
      })
    }),
    { numRuns: 30 },
  )
})

test('a cross of four points: the long arm first, mean (1, 2), variances 18 / 3 and 2 / 3 (by hand)', async () => {
  const cross = matrix(4, 2, Float32Array.of(1, 5, 1, -1, 2, 2, 0, 2))
  const { mean, components, variances } = await principalComponents(cross, 2, makeRng(1))
  expect([...mean]).toEqual([1, 2])
  ;[0, 1, 1, 0].forEach((value, at) => expect(components.data[at]).toBeCloseTo(value, 5))
  expect(variances[0]).toBeCloseTo(6, 5)
  expect(variances[1]).toBeCloseTo(2 / 3, 5)
})

test('rows that are all equal vary in no direction', async () => {
  const { components, variances } = await principalComponents(
    matrix(5, 3, new Float32Array(15).fill(0.1)),
    2,
    makeRng(1),
  )
  expect([...variances]).toEqual([0, 0])
  expect(components.data.every((value) => value === 0)).toBe(true)
})
