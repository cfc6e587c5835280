import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundHalfEven } from './round-half-even.ts'

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [0.49999999999999994, 0],
  [1e15 + 0.5, 1e15],
])('%f rounds to %i', (value, rounded) => {
  expect(roundHalfEven(value)).toBe(rounded)
})

test('what is no half rounds as Math.round rounds it', () => {
  const numbers = fc.double({ min: -1e12, max: 1e12, noNaN: true }).filter((x) => Math.abs(x % 1) !== 0.5)
  fc.assert(
    fc.property(numbers, (x) => {
      expect(roundHalfEven(x) - Math.round(x)).toBe(0)
    }),
  )
})
