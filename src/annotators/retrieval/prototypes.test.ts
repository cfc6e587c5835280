import { expect, test } from 'vitest'
import { row } from '../../tensor/matrix.ts'
import { makePrototypeSums } from './prototypes.ts'

test('directions are summed whatever their length, in any number of dimensions, and what is no direction is left out', () => {
  const sums = makePrototypeSums(2)
  const long = new Float32Array(300_000).fill(7)
  sums.add(1, long)
  sums.add(1, new Float32Array(long.length))
  sums.add(1, new Float32Array(long.length).fill(NaN))
  sums.add(
    1,
    long.map((value) => value / 100),
  )
  expect(row(sums.sums()!, 1)[9]).toBeCloseTo(2 / Math.sqrt(long.length), 6)
  expect(row(sums.sums()!, 0)[9]).toBe(0)
})
