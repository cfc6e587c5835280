import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { evidenceTerm, softLabelTerm, type LossTerm } from './head-loss.ts'

const [n, d, k] = [6, 2, 4]
const rng = makeRng(1, 'head-loss')
const normal = (rows: number, cols: number): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
const [features, head] = [normal(n, d), { weights: normal(d, k), bias: normal(1, k) }]

/** Class probabilities of each item in 64 bits and plain loops. */
function plainProbs(parameters: Float64Array): number[][] {
  return Array.from({ length: n }, (_, i) => {
    const logits = Array.from({ length: k }, (__, y) => {
      let logit = parameters[d * k + y]!
      for (let f = 0; f < d; f++) logit += features.data[i * d + f]! * parameters[f * k + y]!
      return Math.exp(logit)
    })
    const total = logits.reduce((sum, value) => sum + value, 0)
    return logits.map((value) => value / total)
  })
}

/** Holds a term against a plain loss: its value, and its gradient against central differences. */
async function expectLoss(term: LossTerm, plain: (probs: number[][]) => number): Promise<void> {
  const at = Float64Array.of(...head.weights.data, ...head.bias.data)
  const gradient = new Float64Array(at.length)
  expect(await term.evaluate(head, gradient)).toBeCloseTo(plain(plainProbs(at)), 4)
  const h = 1e-5
  gradient.forEach((slope, j) => {
    const difference = plain(plainProbs(at.with(j, at[j]! + h))) - plain(plainProbs(at.with(j, at[j]! - h)))
    expect(slope).toBeCloseTo(difference / (2 * h), 3)
  })
}

test('the loss of evidence is the negative log of what was said, counted from the most it can be, with its gradient, each item as often as it counts', async () => {
  const evidence = normal(n, k)
  const counts = Float32Array.of(1, 2, 0.5, 0, 1, 3)
  const most = Array.from({ length: n }, (_, i) => Math.max(...row(evidence, i)))
  await expectLoss(evidenceTerm(features, evidence, counts), (probs) =>
    probs.reduce(
      (sum, p, i) =>
        sum -
        counts[i]! *
          Math.log(p.reduce((total, py, y) => total + py * Math.exp(evidence.data[i * k + y]! - most[i]!), 0)),
      0,
    ),
  )
})

test('forward correction and cross-entropy of softmax(2, 1, 0) at class 1 (hand calculation: 1.380954 and 1.407606)', async () => {
  const logits = { weights: matrix(1, 3), bias: matrix(1, 3, Float32Array.of(2, 1, 0)) }
  // The column of class 1 of T = [[.8, .1, .1], [.2, .7, .1], [.1, .15, .75]], then a plain label.
  const noisy = matrix(1, 3, Float32Array.of(Math.log(0.1), Math.log(0.7), Math.log(0.15)))
  const gradient = new Float64Array(6)
  // The loss counts from the largest entry, ln .7.
  expect(-Math.log(0.7) + (await evidenceTerm(matrix(1, 1), noisy).evaluate(logits, gradient))).toBeCloseTo(1.380954, 5)
  // -p_y (T[y][1] / (pᵀT)[1] - 1) with p = (.665241, .244728, .090031) and (pᵀT)[1] = .251339.
  const expected = [
    -0.665241 * (0.1 / 0.251339 - 1),
    -0.244728 * (0.7 / 0.251339 - 1),
    -0.090031 * (0.15 / 0.251339 - 1),
  ]
  gradient.subarray(3).forEach((slope, y) => expect(slope).toBeCloseTo(expected[y]!, 4))
  const plain = evidenceTerm(matrix(1, 1), matrix(1, 3, Float32Array.of(-30, 0, -30)))
  expect(await plain.evaluate(logits, new Float64Array(6))).toBeCloseTo(1.407606, 5)
})

test('the loss of soft labels of groups is their cross-entropy with the probability of each group, with its gradient', async () => {
  const groupOf = Int32Array.of(0, 1, 1, 0)
  const targets = matrix(
    n,
    2,
    Float32Array.from({ length: n * 2 }, (_, at) => (at % 2 ? 0.3 : 0.7)),
  )
  await expectLoss(softLabelTerm(features, { targets, groupOf, weight: 0.5 }), (probs) =>
    probs.reduce((sum, p) => sum - 0.5 * (0.7 * Math.log(p[0]! + p[3]!) + 0.3 * Math.log(p[1]! + p[2]!)), 0),
  )
})

test('the sums over many items keep what 32 bits would lose', async () => {
  const many = 60_000
  const evidence = matrix(many, 2)
  for (let i = 0; i < many; i++) evidence.data[2 * i + 1] = -30
  const gradient = new Float64Array(4)
  const even = { weights: matrix(1, 2), bias: matrix(1, 2) }
  const loss = await evidenceTerm(matrix(many, 1), evidence).evaluate(even, gradient)
  expect(Math.abs(loss / (many * Math.LN2) - 1)).toBeLessThan(1e-7)
  expect([...gradient]).toEqual([0, 0, -many / 2, many / 2])
})

test('evidence on other items, and classes of no group, are refused', () => {
  const code = (expected: string) => expect.objectContaining({ code: expected })
  expect(() => evidenceTerm(features, normal(n + 1, k))).toThrow(code('length-mismatch'))
  expect(() => evidenceTerm(features, normal(n, k), new Float32Array(n - 1))).toThrow(code('bad-shape'))
  const soft = { targets: matrix(n, 2), groupOf: Int32Array.of(0, 1, 2, 0), weight: 1 }
  expect(() => softLabelTerm(features, soft)).toThrow(code('bad-label'))
  expect(() => softLabelTerm(features, { ...soft, targets: matrix(n - 1, 3) })).toThrow(code('length-mismatch'))
})
