import { expect, test } from 'vitest'
import { matrix } from '../../tensor/matrix.ts'
import { improvementPerLabel, relativeGains } from './gains.ts'
import { percentileRanks } from './percentile-ranks.ts'
import { uncertaintyOf } from './uncertainty.ts'

// By hand from the definitions, as the next two.
test('the least uncertain of four items is at 0, the most at three quarters', () => {
  expect([...percentileRanks(Float32Array.of(-0.1, -0.5, -0.05, -0.9))]).toEqual([0.5, 0.25, 0.75, 0])
  expect([...percentileRanks(Float32Array.of(2, 1, 2, 1))]).toEqual([0.5, 0, 0.75, 0.25])
})

test('a curve of 20, 26, 30, 33, 35 over 100 labels rises by 3.1 per 20 labels at its end', () => {
  expect(improvementPerLabel([20, 26, 30, 33, 35], 20)).toBeCloseTo(0.155, 10)
})

test('a kind of label that improves nothing is turned off, unless neither does', () => {
  expect(relativeGains({ weak: 0.1, full: 0.4 })).toEqual({ weak: 1, full: 4 })
  expect(relativeGains({ weak: -0.1, full: 0.4 })).toEqual({ weak: 0, full: 1 })
  expect(relativeGains({ weak: 0.1, full: 0 })).toEqual({ weak: 1, full: 0 })
  expect(relativeGains({ weak: 0, full: -1 })).toEqual({ weak: 1, full: 1 })
})

test('an even split is the most uncertain by every measure, and certainty the least', () => {
  const probs = matrix(3, 2, Float32Array.of(0.5, 0.5, 0.75, 0.25, 1, 0))
  expect([...uncertaintyOf(probs, 'margin')]).toEqual([-0, -0.5, -1])
  expect([...uncertaintyOf(probs, 'least-confidence')]).toEqual([-0.5, -0.75, -1])
  const entropies = [...uncertaintyOf(probs, 'entropy')]
  // ln 2; 3/4 ln 4/3 + 1/4 ln 4; 0.
  ;[0.693147, 0.562335, 0].forEach((h, i) => expect(entropies[i]).toBeCloseTo(h, 5))
})
