import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { addEvidence, combine } from './combine.ts'

const table = matrix(2, 3, Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.6, 0.3))

test('a prior of 1/4 and an answer seven times likelier give odds of 7 to 3', () => {
  const evidence = matrix(1, 2)
  addEvidence(evidence, table, Int32Array.of(0))
  const { data } = combine(matrix(1, 2, Float32Array.of(0.25, 0.75)), evidence)
  expect(data[0]).toBeCloseTo(0.7, 6)
  expect(data[1]).toBeCloseTo(0.3, 6)
})

test('answers add up, weights scale them, and who was not asked says nothing', () => {
  const evidence = matrix(3, 2)
  addEvidence(evidence, table, Int32Array.of(2, -1, 1), 0.5)
  addEvidence(evidence, table, Int32Array.of(0, -1, 1))
  const expected = [
    0.5 * Math.log(0.1) + Math.log(0.7),
    0.5 * Math.log(0.3) + Math.log(0.1),
    0,
    0,
    1.5 * Math.log(0.2),
    1.5 * Math.log(0.6),
  ]
  evidence.data.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5))
})

test('without evidence the posterior is the prior, and evidence that is equal for all classes changes nothing', () => {
  const probability = fc.float({ min: Math.fround(0.01), max: 1, noNaN: true })
  const cases = fc.tuple(
    fc.array(probability, { minLength: 1, maxLength: 6 }),
    fc.float({ min: -50, max: 50, noNaN: true }),
  )
  fc.assert(
    fc.property(cases, ([weights, constant]) => {
      const total = weights.reduce((sum, w) => sum + w, 0)
      const prior = matrix(
        1,
        weights.length,
        Float32Array.from(weights, (w) => w / total),
      )
      const { data } = combine(prior, matrix(1, weights.length, new Float32Array(weights.length).fill(constant)))
      data.forEach((p, at) => expect(p).toBeCloseTo(prior.data[at]!, 4))
    }),
  )
})

test('evidence of a thousand nats is no overflow', () => {
  const { data } = combine(matrix(1, 2, Float32Array.of(0.5, 0.5)), matrix(1, 2, Float32Array.of(-1000, -1001)))
  expect(data[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 4)
})
