import fc from 'fast-check'
import { expect, test } from 'vitest'
import { argmaxRows, gatherRows, matrix, row, softmaxRows } from './matrix.ts'

test('an array of another length is no matrix of that shape', () => {
  expect(() => matrix(2, 3, new Float32Array(5))).toThrow(expect.objectContaining({ code: 'bad-shape' }))
  expect(matrix(0, 3).data).toHaveLength(0)
})

test('a row is a view, gathered rows are copies', () => {
  const m = matrix(3, 2, Float32Array.of(0, 1, 2, 3, 4, 5))
  const gathered = gatherRows(m, [2, 0, 2])
  row(m, 2)[0] = 9
  expect([...m.data]).toEqual([0, 1, 2, 3, 9, 5])
  expect([...gathered.data]).toEqual([4, 5, 0, 1, 4, 5])
})

test('the largest value of a row is found, ties at the lowest column', () => {
  expect([...argmaxRows(matrix(4, 3, Float32Array.of(0, 2, 1, 5, 5, 5, -3, -2, -2, -Infinity, -1, -9)))]).toEqual([
    1, 0, 1, 1,
  ])
  expect([...argmaxRows(matrix(2, 1, Float32Array.of(7, -7)))]).toEqual([0, 0])
})

test('softmax of 2, 1, 0 (by hand: exp(2) : exp(1) : 1), also far from 0 and with classes ruled out', () => {
  const { data } = softmaxRows(matrix(3, 3, Float32Array.of(2, 1, 0, 1002, 1001, 1000, 0, -Infinity, 0)))
  const expected = [0.665241, 0.244728, 0.090031, 0.665241, 0.244728, 0.090031, 0.5, 0, 0.5]
  data.forEach((p, at) => expect(p).toBeCloseTo(expected[at]!, 6))
})

test('rows of a softmax sum to 1 and do not change when a constant is added', () => {
  const values = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(values, (logits) => {
      const shifted = [
        ...softmaxRows(
          matrix(
            1,
            logits.length,
            Float32Array.from(logits, (v) => v + 64),
          ),
        ).data,
      ]
      const plain = [...softmaxRows(matrix(1, logits.length, Float32Array.from(logits))).data]
      expect(plain.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
      plain.forEach((p, at) => expect(shifted[at]).toBeCloseTo(p, 4))
    }),
  )
})
