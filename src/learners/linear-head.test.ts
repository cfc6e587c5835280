import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { fitLinearHead, predictProbs, type LinearHead } from './linear-head.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

/** Items in `k` clouds around the corners of a simplex, item i in cloud `i % k`. */
function clouds(n: number, k: number, spread: number) {
  const rng = makeRng(1, 'clouds', n, k)
  const features = matrix(n, k)
  for (let at = 0; at < features.data.length; at++) features.data[at] = spread * rng.normal()
  const labels = Int32Array.from({ length: n }, (_, i) => i % k)
  for (let i = 0; i < n; i++) row(features, i)[labels[i]!]! += 1
  return { features, labels }
}

/** The objective in 64 bits and plain loops: `-Σ ln Σ_y p(y) exp(E[y]) + l2/2 ‖W‖²`. */
function plainLoss(parameters: Float64Array, features: Matrix, evidence: Matrix, l2: number): number {
  const [d, k] = [features.cols, evidence.cols]
  let loss = 0
  for (let i = 0; i < features.rows; i++) {
    let [all, informed] = [0, 0]
    for (let y = 0; y < k; y++) {
      let logit = parameters[d * k + y]!
      for (let f = 0; f < d; f++) logit += features.data[i * d + f]! * parameters[f * k + y]!
      all += Math.exp(logit)
      informed += Math.exp(logit + evidence.data[i * k + y]!)
    }
    loss += Math.log(all) - Math.log(informed)
  }
  for (let at = 0; at < d * k; at++) loss += (l2 / 2) * parameters[at]! ** 2
  return loss
}

const parametersOf = ({ weights, bias }: LinearHead): Float64Array => Float64Array.of(...weights.data, ...bias.data)

test('at the fitted head, finite differences of the loss vanish in every direction, and no head nearby is better', async () => {
  const { features, labels } = clouds(30, 3, 1)
  const evidence = labelEvidence(labels, 3)
  // Three kinds of evidence: plain labels, "not class 2", and a noisy answer.
  for (let i = 0; i < 30; i += 3) row(evidence, i).set([0, 0, -30])
  for (let i = 1; i < 30; i += 3) row(evidence, i).set([Math.log(0.1), Math.log(0.7), Math.log(0.15)])
  const fitted = parametersOf(await fitLinearHead(features, evidence, { l2: 0.5, tolerance: 1e-5 }))
  const loss = (parameters: Float64Array) => plainLoss(parameters, features, evidence, 0.5)
  const h = 1e-4
  for (let at = 0; at < fitted.length; at++) {
    const slope = (loss(fitted.with(at, fitted[at]! + h)) - loss(fitted.with(at, fitted[at]! - h))) / (2 * h)
    expect(Math.abs(slope)).toBeLessThan(0.02)
  }
  const rng = makeRng(2)
  for (let trial = 0; trial < 50; trial++) {
    expect(loss(fitted.map((value) => value + 0.05 * rng.normal()))).toBeGreaterThan(loss(fitted) - 1e-4)
  }
})

test('the gradient of the first step is p - q: one step of two balanced labels goes straight along the feature', async () => {
  const head = await fitLinearHead(matrix(2, 1, Float32Array.of(1, -1)), labelEvidence([0, 1], 2), { maxIterations: 1 })
  const [left, right] = head.weights.data
  expect(left).toBeGreaterThan(0)
  expect(right).toBeCloseTo(-left!, 6)
  expect([...head.bias.data].map(Math.abs)).toEqual([0, 0])
})

test('separable classes are told apart, and a weaker penalty makes the head surer', async () => {
  const { features, labels } = clouds(60, 4, 0.1)
  const sure: number[] = []
  for (const l2 of [1, 0.01]) {
    const probs = await predictProbs(await fitLinearHead(features, labelEvidence(labels, 4), { l2 }), features)
    expect(argmaxRows(probs)).toEqual(labels)
    sure.push(probs.data.reduce((sum, p) => sum + p * p, 0))
  }
  expect(sure[1]).toBeGreaterThan(sure[0]!)
})

test('without features the head learns how frequent the classes are', async () => {
  const evidence = labelEvidence([0, 0, 0, 1, 1, 2], 3)
  for (const features of [matrix(6, 0), matrix(6, 2)]) {
    const { data } = await predictProbs(await fitLinearHead(features, evidence), matrix(1, features.cols))
    data.forEach((p, y) => expect(p).toBeCloseTo([3 / 6, 2 / 6, 1 / 6][y]!, 3))
  }
})

test('forward correction finds the true class frequencies behind noisy answers', async () => {
  // By hand: p = softmax(2, 1, 0) seen through T = [[.8, .1, .1], [.2, .7, .1], [.1, .15, .75]] gives pᵀT = (.590142, .251339, .158520).
  const transition = [0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.15, 0.75]
  const seen = Float32Array.of(0.590142, 0.251339, 0.15852).map((p) => 1000 * p)
  const evidence = matrix(3, 3)
  for (let r = 0; r < 3; r++) for (let y = 0; y < 3; y++) evidence.data[r * 3 + y] = Math.log(transition[y * 3 + r]!)
  const head = await fitLinearHead(matrix(3, 1), evidence, { sampleWeights: seen })
  const { data } = await predictProbs(head, matrix(1, 1))
  data.forEach((p, y) => expect(p).toBeCloseTo([0.665241, 0.244728, 0.090031][y]!, 2))
})

test('what is said about a group spreads over its classes as the features have it', async () => {
  const { features, labels } = clouds(200, 4, 0.25)
  const evidence = labelEvidence(labels, 4)
  // Classes 0 and 1 are one group, 2 and 3 another; all but the first 20 items are known by group only.
  for (let i = 20; i < 200; i++) row(evidence, i).set(labels[i]! < 2 ? [0, 0, -30, -30] : [-30, -30, 0, 0])
  const labelled = Int32Array.from({ length: 20 }, (_, i) => i)
  const fewLabels = await fitLinearHead(gatherRows(features, labelled), gatherRows(evidence, labelled), { l2: 0.1 })
  const withGroups = await fitLinearHead(features, evidence, { l2: 0.1 })
  const [few, all] = await Promise.all([predictProbs(fewLabels, features), predictProbs(withGroups, features)])
  const likelihood = ({ data }: Matrix) => labels.reduce((sum, y, i) => sum + Math.log(data[i * 4 + y]!), 0)
  expect(likelihood(all)).toBeGreaterThan(likelihood(few))
})

test('evidence that allows everything changes nothing', async () => {
  const { features, labels } = clouds(20, 2, 0.5)
  const plain = labelEvidence(labels, 2)
  const half = matrix(20, 2, plain.data.slice())
  for (let i = 10; i < 20; i++) row(half, i).fill(-7)
  const ten = Int32Array.from({ length: 10 }, (_, i) => i)
  const precise = { tolerance: 1e-7 }
  const expected = await fitLinearHead(gatherRows(features, ten), gatherRows(plain, ten), precise)
  const { weights } = await fitLinearHead(features, half, precise)
  weights.data.forEach((w, at) => expect(w).toBeCloseTo(expected.weights.data[at]!, 3))
})

test('a row that counts twice is a row that is there twice', async () => {
  const { features, labels } = clouds(12, 3, 0.6)
  const twice = Int32Array.from({ length: 18 }, (_, i) => i % 12)
  const sampleWeights = Float32Array.from({ length: 12 }, (_, i) => (i < 6 ? 2 : 1))
  const weighted = await fitLinearHead(features, labelEvidence(labels, 3), { sampleWeights, tolerance: 1e-7 })
  const repeated = await fitLinearHead(
    gatherRows(features, twice),
    labelEvidence(
      twice.map((i) => labels[i]!),
      3,
    ),
    { tolerance: 1e-7 },
  )
  weighted.weights.data.forEach((w, at) => expect(w).toBeCloseTo(repeated.weights.data[at]!, 3))
})

test('balanced classes count alike, however few items they have', async () => {
  const { features, labels } = clouds(40, 2, 0.8)
  const few = Int32Array.from(labels.keys()).filter((i) => labels[i] === 0 || i < 8)
  const y = few.map((i) => labels[i]!)
  const evidence = labelEvidence(y, 2)
  // 20 items of class 0 and 4 of class 1: 24 / (2 · 20) and 24 / (2 · 4).
  const given = await fitLinearHead(gatherRows(features, few), evidence, { classWeights: Float32Array.of(0.6, 3) })
  const balanced = await fitLinearHead(gatherRows(features, few), evidence, { classWeights: 'balanced' })
  const sampleWeights = Float32Array.from(y, (label) => (label === 0 ? 0.6 : 3))
  const weighed = await fitLinearHead(gatherRows(features, few), evidence, { sampleWeights })
  expect(balanced).toEqual(given)
  expect(weighed).toEqual(given)
  await expect(
    fitLinearHead(gatherRows(features, few), evidence, { classWeights: new Float32Array(3) }),
  ).rejects.toEqual(code('length-mismatch'))
})

test('equal inputs give equal bits', async () => {
  const { features, labels } = clouds(50, 5, 0.7)
  const evidence = labelEvidence(labels, 5)
  expect(await fitLinearHead(features, evidence)).toEqual(await fitLinearHead(features, evidence))
})

test('a warm start at the solution stays there, and no iterations give the start back', async () => {
  const { features, labels } = clouds(40, 3, 0.5)
  const evidence = labelEvidence(labels, 3)
  const cold = await fitLinearHead(features, evidence)
  const warm = await fitLinearHead(features, evidence, { warmStart: cold })
  warm.weights.data.forEach((w, at) => expect(w).toBeCloseTo(cold.weights.data[at]!, 2))
  expect(await fitLinearHead(features, evidence, { warmStart: cold, maxIterations: 0 })).toEqual(cold)
})

test('no items, or one class only, give the only answer there is', async () => {
  const nobody = await fitLinearHead(matrix(0, 2), matrix(0, 4))
  expect([...(await predictProbs(nobody, matrix(1, 2))).data]).toEqual([0.25, 0.25, 0.25, 0.25])
  const oneClass = await fitLinearHead(matrix(3, 2), labelEvidence([0, 0, 0], 1))
  expect([...(await predictProbs(oneClass, matrix(2, 2))).data]).toEqual([1, 1])
})

test('inputs over different items or of another shape are refused', async () => {
  const [features, evidence] = [matrix(4, 2), labelEvidence([0, 1, 0, 1], 2)]
  await expect(fitLinearHead(matrix(3, 2), evidence)).rejects.toEqual(code('length-mismatch'))
  await expect(fitLinearHead(features, evidence, { sampleWeights: new Float32Array(3) })).rejects.toEqual(
    code('length-mismatch'),
  )
  const [warmStart, tooMany] = [3, 2].map((d) => ({ weights: matrix(d, 5 - d), bias: matrix(1, 5 - d) }))
  await expect(fitLinearHead(features, evidence, { warmStart: tooMany! })).rejects.toEqual(code('bad-shape'))
  await expect(fitLinearHead(features, evidence, { warmStart: warmStart! })).rejects.toEqual(code('bad-shape'))
})

test.each([NaN, Infinity, -Infinity])('a feature of %d is refused, in fitting and in predicting', async (bad) => {
  const features = matrix(4, 2, Float32Array.of(1, 2, 3, 4, 5, bad, 7, 8))
  await expect(fitLinearHead(features, labelEvidence([0, 1, 0, 1], 2))).rejects.toEqual(code('not-finite'))
  const head = await fitLinearHead(matrix(2, 2, Float32Array.of(1, 0, 0, 1)), labelEvidence([0, 1], 2))
  await expect(predictProbs(head, features)).rejects.toEqual(code('not-finite'))
})

test('evidence may rule a class out for good, but not all of them', async () => {
  const features = matrix(2, 1, Float32Array.of(-1, 1))
  const evidence = matrix(2, 2, Float32Array.of(0, -Infinity, -Infinity, 0))
  expect([...argmaxRows(await predictProbs(await fitLinearHead(features, evidence), features))]).toEqual([0, 1])
  evidence.data.fill(-Infinity)
  await expect(fitLinearHead(features, evidence)).rejects.toEqual(code('not-finite'))
})

test('a penalty or weight below 0 is refused, and so are features of another width in predicting', async () => {
  const [features, evidence] = [matrix(2, 1), labelEvidence([0, 1], 2)]
  for (const l2 of [-1, NaN, Infinity])
    await expect(fitLinearHead(features, evidence, { l2 })).rejects.toEqual(code('bad-option'))
  const sampleWeights = Float32Array.of(1, -1)
  await expect(fitLinearHead(features, evidence, { sampleWeights })).rejects.toEqual(code('not-finite'))
  const head = await fitLinearHead(features, evidence)
  await expect(predictProbs(head, matrix(2, 3))).rejects.toEqual(code('bad-shape'))
})

test('an item is predicted alike among many, which are taken in parts, and alone', async () => {
  const [n, k] = [6000, 1000]
  const rng = makeRng(3)
  const normal = (rows: number, cols: number) =>
    matrix(
      rows,
      cols,
      Float32Array.from({ length: rows * cols }, () => rng.normal()),
    )
  const head = { weights: normal(2, k), bias: normal(1, k) }
  const features = normal(n, 2)
  const all = await predictProbs(head, features)
  expect([all.rows, all.cols]).toEqual([n, k])
  for (const i of [0, 2999, n - 1]) {
    const alone = await predictProbs(head, gatherRows(features, [i]))
    alone.data.forEach((p, y) => expect(all.data[i * k + y]).toBeCloseTo(p, 6))
  }
})
