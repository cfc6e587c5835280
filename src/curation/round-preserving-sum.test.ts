import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundPreservingSum } from './round-preserving-sum.ts'

test('what rounding loses goes to where it lost the most', () => {
  expect([...roundPreservingSum([2.4, 3.3, 1.3])]).toEqual([3, 3, 1])
  expect([...roundPreservingSum([2.6, 3.7, 1.7])]).toEqual([2, 4, 2])
})

test('halves go to the even number; of equal ones the last is raised first, and the first lowered', () => {
  expect([...roundPreservingSum([0.5, 1.5])]).toEqual([0, 2])
  expect([...roundPreservingSum([0.5, 0.5, 2])]).toEqual([0, 1, 2])
  expect([...roundPreservingSum([1.5, 1.5])]).toEqual([1, 2])
})

test('the sum stays, no number moves by 1 or more, and zeros stay', () => {
  const numbers = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 30,
  })
  fc.assert(
    fc.property(numbers, (values) => {
      const rounded = [...roundPreservingSum(values)]
      const sum = values.reduce((a, b) => a + b)
      expect(Math.abs(rounded.reduce((a, b) => a + b) - sum)).toBeLessThanOrEqual(0.5)
      rounded.forEach((count, i) => expect(Math.abs(count - values[i]!)).toBeLessThan(1.000001))
      values.forEach((value, i) => value === 0 && expect(rounded[i]).toBe(0))
    }),
  )
})
