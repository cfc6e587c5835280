import { expect, test } from 'vitest'
import { makeAdam } from './adam.ts'

test('the first step has the length of the learning rate, against the sign of the gradient, however large that is', () => {
  const values = Float32Array.of(1, 1, 1)
  makeAdam([{ values, weightDecay: 0 }])([Float32Array.of(1000, -0.001, 0)], 0.1)
  // By hand: m / (1 - 0.9) = g and √(v / (1 - 0.999)) = |g|.
  values.forEach((value, at) => expect(value).toBeCloseTo([0.9, 1.1, 1][at]!, 5))
})

test('the second step is that of the paper (hand calculation)', () => {
  const values = Float32Array.of(0)
  const step = makeAdam([{ values, weightDecay: 0 }])
  step([Float32Array.of(1)], 0.1)
  step([Float32Array.of(3)], 0.1)
  // m = 0.9 · 0.1 + 0.1 · 3 = 0.39, of 1 - 0.81 = 0.19; v = 0.999 · 0.001 + 0.001 · 9 = 0.009999, of 1 - 0.998001 = 0.001999.
  expect(values[0]).toBeCloseTo(-0.1 - (0.1 * (0.39 / 0.19)) / Math.sqrt(0.009999 / 0.001999), 6)
})

test('decay shrinks what has no gradient, and only where it is asked for', () => {
  const [decaying, free] = [Float32Array.of(2), Float32Array.of(2)]
  const step = makeAdam([
    { values: decaying, weightDecay: 0.5 },
    { values: free, weightDecay: 0 },
  ])
  step([Float32Array.of(0), Float32Array.of(0)], 0.1)
  expect([decaying[0]!.toFixed(6), free[0]]).toEqual(['1.900000', 2])
})
