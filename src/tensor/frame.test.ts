import { expect, test } from 'vitest'
import { frameOf, intoFrame, outOfFrame } from './frame.ts'
import { matrix } from './matrix.ts'

test('integers are still exact in their frame, and come out as they went in', () => {
  const grid = matrix(5, 2, Float32Array.of(255, 3, 0, 1, 17, 2, 254, 0, 3, 3))
  const frame = frameOf(grid)
  const local = intoFrame(grid, frame)
  // Multiples of 1 / 256 of a size below 1: their squares are sums of few bits.
  for (const value of local.data) {
    expect(Number.isInteger(value * 2 ** 10)).toBe(true)
    expect(Math.abs(value)).toBeLessThanOrEqual(1)
  }
  expect(outOfFrame(local, frame)).toEqual(grid)
})

test('a column that never changes is 0, and the others are around 0', () => {
  const points = matrix(3, 2, Float32Array.of(0.1, 1e6, 0.1, 1e6 + 1, 0.1, 1e6 + 2))
  const { data } = intoFrame(points, frameOf(points))
  expect([...data]).toEqual([0, -0.5, 0, 0, 0, 0.5])
})

test('no rows have a frame too, and NaN has none', () => {
  expect(frameOf(matrix(0, 2))).toEqual({ shift: new Float64Array(2), scale: 1 })
  expect(() => frameOf(matrix(2, 2, Float32Array.of(1, 2, 3, NaN)))).toThrow(
    expect.objectContaining({
      code: 'bad-feature-value',
      problem: expect.stringContaining('Row 1 of the features (counted from 0) holds NaN in column 1') as string,
    }),
  )
})
