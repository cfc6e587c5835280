import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { settlingCost } from './settling-cost.ts'

const settle = (probs: readonly number[], verdict: number) =>
  settlingCost(matrix(1, probs.length, Float32Array.from(probs)), 0, verdict)

test('guesses are asked in turn while they are cheaper than the class', () => {
  // After two noes the third class is certain, but still asked about: 0.25 + 0.5 (0.25 + 0.5 * 0.25).
  expect(settle([0.5, 0.25, 0.25], 0.25)).toEqual({ cost: 0.25 + 0.5 * (0.25 + 0.5 * 0.25), guesses: true })
  expect(settle(Array(20).fill(0.05), 0.25)).toEqual({ cost: 1, guesses: false })
})

test('a verdict as dear as the class is never asked first, a free one always', () => {
  const distributions = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })
    .map((values) => values.map((value) => value / values.reduce((sum, v) => sum + v, 0)))
  fc.assert(
    fc.property(distributions, fc.double({ min: 0, max: 1, noNaN: true }), (probs, verdict) => {
      expect(settle(probs, 1).guesses).toBe(false)
      expect(settle(probs, 0.001).guesses).toBe(true)
      const { cost } = settle(probs, verdict)
      expect(cost).toBeLessThanOrEqual(1)
      expect(cost).toBeGreaterThanOrEqual(Math.min(1, verdict))
      expect(settle(probs, Math.min(1, verdict + 0.1)).cost).toBeGreaterThanOrEqual(cost - 1e-12)
    }),
  )
})
