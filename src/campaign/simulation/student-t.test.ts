import { expect, test } from 'vitest'
import { studentQuantile } from './student-t.ts'

test.for([
  // Printed tables of Student's t, two-sided 95 % and 99 %.
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 3, 3.182],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.975, 30, 2.042],
  [0.995, 2, 9.925],
  [0.995, 9, 3.25],
] as const)('the %s quantile of t with %s degrees of freedom is %s', ([p, df, expected]) => {
  expect(studentQuantile(p, df)).toBeCloseTo(expected, 3)
})

test('half of a t distribution lies below 0, and with many degrees of freedom it is normal', () => {
  expect(studentQuantile(0.5, 5)).toBeCloseTo(0, 9)
  expect(studentQuantile(0.975, 10_000)).toBeCloseTo(1.96, 3)
})
