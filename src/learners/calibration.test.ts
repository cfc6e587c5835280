import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, softmaxRows, type Matrix } from '../tensor/matrix.ts'
import { applyTemperature } from '../tensor/temperature.ts'
import { calibrateTemperature, expectedCalibrationError } from './calibration.ts'

/** Logits of spread 3, and labels drawn from their softmax at a temperature. */
function world(seed: number, temperature: number, n = 400, k = 4) {
  const rng = makeRng(seed, 'calibration')
  const predProbs = matrix(n, k)
  for (let at = 0; at < n * k; at++) predProbs.data[at] = 3 * rng.normal()
  softmaxRows(predProbs)
  const honest = applyTemperature(predProbs, temperature)
  const labels = Int32Array.from({ length: n }, (_, i) => {
    let [left, y] = [rng.uniform(), 0]
    while (y < k - 1 && (left -= honest.data[i * k + y]!) > 0) y++
    return y
  })
  return { predProbs, honest, labels }
}

const loss = (predProbs: Matrix, labels: Int32Array, temperature: number): number => {
  const { data, cols } = applyTemperature(predProbs, temperature)
  return labels.reduce((sum, y, i) => sum - Math.log(data[i * cols + y]!), 0)
}

test('no temperature makes the labels likelier than the chosen one', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0.3, max: 4, noNaN: true }), (seed, temperature) => {
      const { predProbs, labels } = world(seed, temperature, 60)
      const chosen = calibrateTemperature(predProbs, labels)
      const best = loss(predProbs, labels, chosen)
      for (const factor of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) {
        const other = Math.min(100, Math.max(0.01, chosen * factor))
        expect(loss(predProbs, labels, other)).toBeGreaterThanOrEqual(best - 1e-3)
      }
    }),
    { numRuns: 50 },
  )
})

test.each([0.5, 1, 2.5])('labels drawn at temperature %d give it back, within five standard errors', (temperature) => {
  const { predProbs, labels } = world(1, temperature, 4000)
  const inverses = 1 / calibrateTemperature(predProbs, labels)
  // The standard error of 1 / T is that of its likelihood, 1 / sqrt(n · variance of ln p): below 0.02 here for T >= 1, 0.05 below.
  expect(Math.abs(inverses - 1 / temperature)).toBeLessThan(temperature < 1 ? 0.25 : 0.1)
})

test('a model that is always right becomes as sure as may be, one that is worse than chance knows nothing', () => {
  const predProbs = matrix(2, 2, Float32Array.of(0.6, 0.4, 0.3, 0.7))
  expect(calibrateTemperature(predProbs, Int32Array.of(0, 1))).toBeLessThan(0.05)
  expect(calibrateTemperature(predProbs, Int32Array.of(1, 0))).toBeCloseTo(100, 0)
  expect(calibrateTemperature(matrix(0, 2), new Int32Array(0))).toBe(1)
})

test('a temperature changes how sure, not what', () => {
  const { predProbs } = world(3, 1)
  for (const temperature of [0.2, 5]) {
    expect(argmaxRows(applyTemperature(predProbs, temperature))).toEqual(argmaxRows(predProbs))
  }
  // p^(1/2), normalised: (3, 1) / 4 of (.9, .1).
  expect([...applyTemperature(matrix(1, 2, Float32Array.of(0.9, 0.1)), 2).data]).toEqual([
    expect.closeTo(0.75, 6),
    expect.closeTo(0.25, 6),
  ])
})

test('the calibration error is the gap between confidence and accuracy, bin by bin', () => {
  // Two items at .9 of which one is right (gap .4), one at .6 that is right (gap .4): (2 · .4 + .4) / 3.
  const predProbs = matrix(3, 2, Float32Array.of(0.9, 0.1, 0.1, 0.9, 0.6, 0.4))
  expect(expectedCalibrationError(predProbs, Int32Array.of(0, 0, 0))).toBeCloseTo(0.4, 6)
  expect(expectedCalibrationError(matrix(1, 2, Float32Array.of(0, 1)), Int32Array.of(1))).toBe(0)
  expect(expectedCalibrationError(matrix(0, 2), new Int32Array(0))).toBe(0)
})

test('calibration brings confidence near accuracy', () => {
  const { predProbs, labels } = world(4, 3, 4000)
  const before = expectedCalibrationError(predProbs, labels)
  const after = expectedCalibrationError(applyTemperature(predProbs, calibrateTemperature(predProbs, labels)), labels)
  expect(before).toBeGreaterThan(0.2)
  expect(after).toBeLessThan(0.04)
})

test('labels and probabilities that do not fit are refused', () => {
  const code = (expected: string) => expect.objectContaining({ code: expected })
  const predProbs = matrix(1, 2, Float32Array.of(0.5, 0.5))
  for (const judge of [calibrateTemperature, expectedCalibrationError]) {
    expect(() => judge(predProbs, Int32Array.of(0, 1))).toThrow(code('length-mismatch'))
    expect(() => judge(predProbs, Int32Array.of(-1))).toThrow(code('bad-label'))
    expect(() => judge(matrix(1, 2, Float32Array.of(NaN, 1)), Int32Array.of(1))).toThrow(code('bad-probability'))
  }
})
