import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, softmaxRows } from './matrix.ts'
import { applyTemperature, fitTemperature } from './temperature.ts'

test('heat makes less sure and leaves the order of the classes', () => {
  const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(logits, fc.double({ min: 1, max: 5, noNaN: true }), (values, temperature) => {
      const cold = softmaxRows(matrix(3, 4, Float32Array.from(values)))
      const hot = applyTemperature(cold, temperature)
      for (let i = 0; i < 3; i++) {
        expect(row(hot, i).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5)
        expect(Math.max(...row(hot, i))).toBeLessThanOrEqual(Math.max(...row(cold, i)) + 1e-6)
        expect(row(hot, i)[argmaxRows(cold)[i]!]).toBeCloseTo(Math.max(...row(hot, i)), 6)
      }
    }),
  )
})

test.each([0.5, 1, 3])('labels drawn at temperature %d give it back, however they are weighed', (temperature) => {
  const rng = makeRng(1, 'temperature')
  const probs = softmaxRows(
    matrix(
      4000,
      3,
      Float32Array.from({ length: 12_000 }, () => 2 * rng.normal()),
    ),
  )
  const drawn = applyTemperature(probs, temperature)
  const draw = (i: number): number => {
    const u = rng.uniform()
    return u < row(drawn, i)[0]! ? 0 : u < row(drawn, i)[0]! + row(drawn, i)[1]! ? 1 : 2
  }
  const rows = Int32Array.from({ length: 8000 }, (_, e) => e >> 1)
  const entries = { rows, labels: rows.map(draw), weights: Float64Array.from(rows, (i) => 1 + (i & 1)) }
  expect(Math.log(fitTemperature(probs, entries, [0.1, 8]) / temperature)).toBeCloseTo(0, 1)
})

test('the temperature stays in its range, wherever the best one is and without entries', () => {
  const probs = matrix(1, 2, Float32Array.of(0.8, 0.2))
  const said = (...labels: number[]) => ({ rows: new Int32Array(labels.length), labels: Int32Array.from(labels) })
  expect(fitTemperature(probs, said(0), [2, 5])).toBeCloseTo(2, 6)
  expect(fitTemperature(probs, said(1), [2, 5])).toBeCloseTo(5, 6)
  expect(fitTemperature(probs, said(), [2, 5])).toBe(2)
})
