import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { fitTerms } from './fit-terms.ts'
import { evidenceTerm, type LinearHead, type LossTerm } from './head-loss.ts'
import { inverse } from './inverse.ts'
import { labelEvidence } from './evidence.ts'
import { predictProbs } from './linear-head.ts'
import { backwardTerm, generalizedCrossEntropyTerm } from './robust-loss.ts'

const transition = matrix(3, 3, Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.15, 0.75))
const logits = { weights: matrix(1, 3), bias: matrix(1, 3, Float32Array.of(2, 1, 0)) }
const one = Int32Array.of(1)

const rng = makeRng(1, 'robust-loss')
const normal = (rows: number, cols: number): Matrix => {
  const m = matrix(rows, cols)
  for (let at = 0; at < m.data.length; at++) m.data[at] = rng.normal()
  return m
}

async function expectGradient(term: LossTerm, head: LinearHead): Promise<void> {
  const { weights, bias } = head
  const gradient = new Float64Array(weights.data.length + bias.data.length)
  await term.evaluate(head, gradient)
  const lossAt = (j: number, step: number) => {
    const moved = { weights: { ...weights, data: weights.data.slice() }, bias: { ...bias, data: bias.data.slice() } }
    if (j < weights.data.length) moved.weights.data[j]! += step
    else moved.bias.data[j - weights.data.length]! += step
    return term.evaluate(moved, new Float64Array(gradient.length))
  }
  const h = 1e-2
  for (let j = 0; j < gradient.length; j++) {
    expect(gradient[j]).toBeCloseTo(((await lossAt(j, h)) - (await lossAt(j, -h))) / (2 * h), 2)
  }
}

test('softmax(2, 1, 0) at class 1 (hand calculation): generalized cross-entropy .895260, backward correction 1.612734', async () => {
  const power = generalizedCrossEntropyTerm(matrix(1, 1), one, 3)
  expect(await power.evaluate(logits, new Float64Array(6))).toBeCloseTo(0.89526, 5)
  expect(await backwardTerm(matrix(1, 1), one, transition).evaluate(logits, new Float64Array(6))).toBeCloseTo(
    1.612734,
    5,
  )
})

test('generalized cross-entropy nears cross-entropy (1.407606) as q nears 0, and is 1 - p (.755272) at 1', async () => {
  const at = (q: number) =>
    generalizedCrossEntropyTerm(matrix(1, 1), one, 3, { q }).evaluate(logits, new Float64Array(6))
  expect(await at(1e-3)).toBeCloseTo(1.407606, 2)
  expect(await at(1)).toBeCloseTo(0.755272, 5)
})

test('the gradients are those of finite differences', async () => {
  const [features, labels] = [normal(5, 2), Int32Array.of(0, 1, 2, 1, 0)]
  const head = { weights: normal(2, 3), bias: normal(1, 3) }
  const counts = Float32Array.of(1, 2, 0.5, 0, 1)
  await expectGradient(generalizedCrossEntropyTerm(features, labels, 3, { q: 0.4, counts }), head)
  await expectGradient(backwardTerm(features, labels, transition, counts), head)
})

test('backward correction finds the true class frequencies behind noisy answers', async () => {
  // p = (.665241, .244728, .090031) seen through T is (.590142, .251339, .158520).
  const seen = Float32Array.of(590.142, 251.339, 158.52)
  const head = await fitTerms([backwardTerm(matrix(3, 1), Int32Array.of(0, 1, 2), transition, seen)], { d: 1, k: 3 })
  const { data } = await predictProbs(head, matrix(1, 1))
  data.forEach((p, y) => expect(p).toBeCloseTo([0.665241, 0.244728, 0.090031][y]!, 3))
})

test('wrong labels far from their class bend a robust head less', async () => {
  const n = 200
  const features = normal(n, 1)
  const truth = Int32Array.from(features.data, (x) => (x > 0 ? 1 : 0))
  for (let i = 0; i < n; i++) features.data[i]! += truth[i]! ? 1 : -1
  // A quarter of class 0 is called class 1.
  const given = truth.map((y, i) => (y === 0 && i % 4 === 0 ? 1 : y))
  const shape = { d: 1, k: 2 }
  const plain = await fitTerms([evidenceTerm(features, labelEvidence(given, 2))], shape)
  const robust = await fitTerms([generalizedCrossEntropyTerm(features, given, 2)], shape, { warmStart: plain })
  const sureness = async (head: LinearHead) => {
    const { data } = await predictProbs(head, features)
    return truth.reduce((sum, y, i) => sum + Math.log(data[2 * i + y]!) / n, 0)
  }
  expect(await sureness(robust)).toBeGreaterThan(await sureness(plain))
})

test('the inverse of T is that of the hand calculation; a singular matrix has none', () => {
  const expected = [1.307692, -0.153846, -0.153846, -0.358974, 1.512821, -0.153846, -0.102564, -0.282051, 1.384615]
  inverse(transition).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5))
  const code = expect.objectContaining({ code: 'bad-shape' })
  expect(() => inverse(matrix(2, 2, Float32Array.of(0.5, 0.5, 0.5, 0.5)))).toThrow(code)
  expect(() => inverse(matrix(2, 3))).toThrow(code)
})

test('a transition matrix that is none, or a power outside (0, 1], is refused', () => {
  const code = (expected: string) => expect.objectContaining({ code: expected })
  const counts = matrix(
    3,
    3,
    transition.data.map((p) => 100 * p),
  )
  expect(() => backwardTerm(matrix(1, 1), one, counts)).toThrow(code('bad-probability'))
  for (const q of [0, 1.5, NaN])
    expect(() => generalizedCrossEntropyTerm(matrix(1, 1), one, 3, { q })).toThrow(code('bad-option'))
})
