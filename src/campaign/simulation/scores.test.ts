import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scoresOf, shareRight } from './scores.ts'

test('a rare class counts as much as a frequent one, but in plain accuracy', () => {
  // Recalls 3/4 and 1/1; precisions 3/3 and 1/2: F1 6/7 and 2/3.
  const scores = scoresOf(Int32Array.of(0, 0, 0, 1, 1), Int32Array.of(0, 0, 0, 0, 1), 2)
  expect(scores.accuracy).toBeCloseTo(0.8, 12)
  expect(scores.balancedAccuracy).toBeCloseTo(0.875, 12)
  expect(scores.macroF1).toBeCloseTo((6 / 7 + 2 / 3) / 2, 12)
})

test('classes that the truth lacks do not count, items of unknown truth neither', () => {
  const scores = scoresOf(Int32Array.of(0, 2, 1), Int32Array.of(0, 0, -1), 4)
  expect(scores).toEqual({ accuracy: 0.5, balancedAccuracy: 0.5, macroF1: 2 / 3 })
})

test('nothing known is no score, and is refused where one is needed', () => {
  const [labels, truth] = [Int32Array.of(0), Int32Array.of(-1)]
  expect(scoresOf(labels, truth, 1)).toEqual({ accuracy: NaN, balancedAccuracy: NaN, macroF1: NaN })
  expect(() => shareRight(labels, truth)).toThrow(expect.objectContaining({ code: 'no-truth' }))
})

test('scores are shares, accuracy is the share right, and only the truth has 1 throughout', () => {
  const label = fc.integer({ min: 0, max: 3 })
  fc.assert(
    fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (pairs) => {
      const [labels, truth] = [0, 1].map((side) => Int32Array.from(pairs, (pair) => pair[side]!)) as [Int32Array, Int32Array] // prettier-ignore
      const scores = scoresOf(labels, truth, 4)
      expect(scores.accuracy).toBe(shareRight(labels, truth))
      const isTruth = pairs.every(([said, is]) => said === is)
      for (const score of Object.values(scores)) {
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        expect(score === 1).toBe(isTruth)
      }
    }),
  )
})
