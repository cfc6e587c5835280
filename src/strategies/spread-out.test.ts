import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { spreadOut } from './spread-out.ts'

test('points are chosen as by comparing all with all', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), fc.nat(25), (n, seed, size) => {
      const rng = makeRng(seed, 'spread')
      const directions = unitRows(
        matrix(
          n,
          3,
          Float32Array.from({ length: 3 * n }, () => rng.normal()),
        ),
      )
      const values = Float64Array.from({ length: n }, () => rng.uniform())
      let left = size
      const chosen = spreadOut(values, directions, () => left-- > 0)

      const expected: number[] = []
      const worth = (i: number): number => {
        const gaps = expected.map(
          (j) => 2 - 2 * row(directions, i).reduce((sum, x, f) => sum + x * row(directions, j)[f]!, 0),
        )
        return values[i]! * Math.min(2, ...gaps.map((gap) => Math.max(0, gap)))
      }
      while (expected.length < Math.min(size, n)) {
        const open = [...values.keys()].filter((i) => !expected.includes(i))
        expected.push(open.reduce((best, i) => (worth(i) > worth(best) ? i : best)))
      }
      expect(chosen).toEqual(expected)
    }),
  )
})

test('a point that cannot be had is left out, and keeps nobody else away', () => {
  const directions = matrix(3, 1, Float32Array.of(1, 1, -1))
  expect(spreadOut(Float64Array.of(3, 2, 1), directions, (point) => point !== 0)).toEqual([1, 2])
})
