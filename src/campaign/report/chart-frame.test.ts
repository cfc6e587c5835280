import fc from 'fast-check'
import { expect, test } from 'vitest'
import { niceTicks } from './chart-frame.ts'

test('ticks are round numbers around the range', () => {
  expect(niceTicks(0, 636, 7)).toEqual([0, 100, 200, 300, 400, 500, 600, 700])
  expect(niceTicks(0.57, 0.953, 4)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1])
  expect(niceTicks(0, 0, 4)[0]).toBe(0)
})

test('ticks rise, hold the range between them and stay few', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (low, size) => {
        const ticks = niceTicks(low, low + size, 6)
        const tolerance = size * 1e-6 + low * 1e-9
        expect(ticks[0]).toBeLessThanOrEqual(low + tolerance)
        expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(low + size - tolerance)
        expect(ticks.length).toBeLessThanOrEqual(9)
      },
    ),
  )
})
