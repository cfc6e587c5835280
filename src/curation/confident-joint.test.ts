import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { classThresholds } from './class-thresholds.ts'
import { confidentJoint, estimateJoint } from './confident-joint.ts'
import { noiseMatrices } from './noise-matrices.ts'
import { workedLabels, workedProbs } from './worked-example.ts'

function closeTo(m: Matrix | Float64Array, expected: readonly number[]): void {
  const values = [...('data' in m ? m.data : m)]
  expect(values.length).toBe(expected.length)
  values.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6))
}

test('a class threshold is the mean confidence of the items with that label', () => {
  closeTo(classThresholds(workedLabels, workedProbs), [0.6, 0.525, 0.575])
})

test('a class that no item has can not be reached, and one that is never predicted has the least threshold', () => {
  const sure = matrix(2, 3, Float32Array.of(1, 0, 0, 1, 0, 0))
  expect([...classThresholds(Int32Array.of(0, 1), sure)]).toEqual([1, 2e-6, 2])
})

test('items are counted where they confidently belong, and calibrated to the number of labels (worked by hand)', () => {
  expect([...confidentJoint(workedLabels, workedProbs, { calibrate: false }).counts]).toEqual([
    3, 1, 0, 0, 2, 1, 1, 0, 3,
  ])
  expect([...confidentJoint(workedLabels, workedProbs).counts]).toEqual([3, 1, 0, 0, 3, 1, 1, 0, 3])
  closeTo(estimateJoint(workedLabels, workedProbs), [3 / 12, 1 / 12, 0, 0, 3 / 12, 1 / 12, 1 / 12, 0, 3 / 12])
})

test('noise is read off the columns of the joint, its inverse off the rows (worked by hand)', () => {
  const joint = confidentJoint(workedLabels, workedProbs, { calibrate: false })
  const { noise, inverse, prior } = noiseMatrices(joint, workedLabels)
  closeTo(noise, [0.75, 1 / 3, 0, 0, 2 / 3, 0.25, 0.25, 0, 0.75])
  closeTo(inverse, [0.75, 0, 0.25, 0.25, 2 / 3, 0, 0, 1 / 3, 0.75])
  closeTo(prior, [1 / 3, 1 / 3, 1 / 3])
})

test('a class to which no right label points keeps a small prior', () => {
  const { noise, inverse, prior } = noiseMatrices({ classes: 2, counts: Int32Array.of(5, 5, 0, 0) }, new Int32Array(10))
  closeTo(noise, [1, 1, 0, 0])
  closeTo(inverse, [0.5, 0, 0.5, 0])
  closeTo(prior, [0.5 / 0.500001, 1e-6 / 0.500001])
})

test('without items every class is as likely', () => {
  const none = new Int32Array(0)
  closeTo(noiseMatrices(confidentJoint(none, matrix(0, 2)), none).prior, [0.5, 0.5])
})

const anyJoint = fc
  .integer({ min: 2, max: 5 })
  .chain((k) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: k, maxLength: k }), { minLength: k, maxLength: k }),
  )

test('noise, inverse and prior are probabilities, and inverse noise follows from the others by the rule of Bayes', () => {
  fc.assert(
    fc.property(anyJoint, (rows) => {
      const k = rows.length
      const labels = Int32Array.from(rows.flatMap((row, i) => row.flatMap((count) => Array<number>(count).fill(i))))
      const { noise, inverse, prior } = noiseMatrices({ classes: k, counts: Int32Array.from(rows.flat()) }, labels)
      const trueShare = (j: number): number => rows.reduce((sum, row) => sum + row[j]!, 0) / labels.length
      for (let j = 0; j < k; j++) {
        expect(prior[j]).toBeCloseTo(trueShare(j), 6)
        for (const m of [noise, inverse]) {
          expect(rows.reduce((sum, _, i) => sum + m.data[i * k + j]!, 0)).toBeCloseTo(1, 5)
        }
        for (let i = 0; i < k; i++) {
          const given = rows[i]!.reduce((a, b) => a + b) / labels.length
          expect(inverse.data[j * k + i]! * given).toBeCloseTo(noise.data[i * k + j]! * prior[j]!, 5)
        }
      }
    }),
    { numRuns: 50 },
  )
})
