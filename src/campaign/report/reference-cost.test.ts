import { expect, test } from 'vitest'
import { accuracyAt } from './reference-cost.ts'

const points = [
  { spent: 0, accuracy: 0.2 },
  { spent: 100, accuracy: 0.6 },
  { spent: 200, accuracy: 0.8 },
]

test('between two points a reference is read off the straight line', () => {
  expect(accuracyAt(points, 50)).toBeCloseTo(0.4)
  expect(accuracyAt(points, 200)).toBe(0.8)
})

test('outside its points nothing is known', () => {
  expect(accuracyAt(points, 201)).toBeNull()
  expect(accuracyAt(points.slice(1), 50)).toBeNull()
  expect(accuracyAt([], 50)).toBeNull()
})
