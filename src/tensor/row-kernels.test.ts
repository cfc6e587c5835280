import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix } from './matrix.ts'
import { logSumExpRows, topKRows } from './row-kernels.ts'

const values = fc.array(fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constant(-Infinity)), {
  minLength: 1,
  maxLength: 12,
})

test('the top of a row is the head of its stable sort', () => {
  fc.assert(
    fc.property(values, fc.nat(12), (entries, wanted) => {
      const k = Math.min(wanted, entries.length)
      const order = entries
        .map((_, j) => j)
        .sort((a, b) => (entries[a] === entries[b] ? a - b : entries[b]! - entries[a]!))
      const twice = matrix(2, entries.length, Float32Array.from([...entries, ...entries]))
      const { indices, values: top } = topKRows(twice, k)
      const expected = order.slice(0, k)
      expect([...indices]).toEqual([...expected, ...expected])
      expect([...top]).toEqual([...expected, ...expected].map((j) => entries[j]))
    }),
  )
})

test('log-sum-exp neither overflows nor loses classes ruled out (ln 2, ln 3, ln 1 by hand)', () => {
  const m = matrix(4, 3, Float32Array.of(1000, 1000, -Infinity, -1000, -1000, -1000, -Infinity, 5, -Infinity, 0, 1, 2))
  const [a, b, c, d] = logSumExpRows(m)
  expect(a).toBeCloseTo(1000 + Math.LN2, 10)
  expect(b).toBeCloseTo(-1000 + Math.log(3), 10)
  expect(c).toBe(5)
  expect(d).toBeCloseTo(Math.log(1 + Math.E + Math.E ** 2), 10)
  expect([...logSumExpRows(matrix(1, 2, Float32Array.of(-Infinity, -Infinity)))]).toEqual([-Infinity])
})

test('a row with an infinite value has its log-sum-exp there', () => {
  const rows = matrix(2, 2, Float32Array.of(Infinity, 1, -Infinity, -Infinity))
  expect([...logSumExpRows(rows)]).toEqual([Infinity, -Infinity])
})
