import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row } from '../tensor/matrix.ts'
import { classMoments } from './class-moments.ts'
import { discriminant, fitDiscriminant } from './discriminant.ts'
import { labelEvidence } from './evidence.ts'
import { fitLinearHead, predictProbs } from './linear-head.ts'

/** Clouds that are long in directions which say nothing of their class. */
function clouds(n: number, k: number, d: number, seed: number) {
  const rng = makeRng(seed, 'clouds')
  const centres = Float32Array.from({ length: k * d }, () => rng.normal())
  const labels = Int32Array.from({ length: n }, () => rng.below(k))
  const features = matrix(n, d)
  labels.forEach((y, i) => {
    for (let j = 0; j < d; j++) row(features, i)[j] = centres[y * d + j]! + (j < d / 4 ? 4 : 1) * rng.normal()
  })
  return { features, labels }
}
const accuracy = (said: Int32Array, labels: Int32Array): number =>
  said.filter((y, i) => y === labels[i]).length / said.length

test('with few labels it is far ahead of a softmax head where classes share their spread', async () => {
  const [k, d, m] = [8, 40, 80]
  const [train, { features: items, labels }] = [clouds(m, k, d, 1), clouds(2000, k, d, 1)]
  const evidence = labelEvidence(train.labels, k)
  const ours = argmaxRows(await (await discriminant()({ features: train.features, evidence, rng: makeRng(1) }))(items))
  const head = argmaxRows(await predictProbs(await fitLinearHead(train.features, evidence, { l2: 1 }), items))
  expect(accuracy(ours, labels)).toBeGreaterThan(accuracy(head, labels) + 0.03)
})

test('two points decide by the line between them, and a class without examples lies in the middle', async () => {
  const features = matrix(2, 2, Float32Array.of(1, 0, -1, 0))
  const predict = await fitDiscriminant(await classMoments(features, matrix(2, 3, Float32Array.of(1, 0, 0, 0, 1, 0))))
  // One example each: covariance I / d, means half way to (1, 0) and (-1, 0): logits 2 (±0.5 x) - 0.5 * 2 * 0.25; 0 for the third.
  const logits = (x: number): number[] => [x - 0.25, -x - 0.25, 0]
  for (const x of [1, -1]) {
    const probs = row(await predict(matrix(1, 2, Float32Array.of(x, 0))), 0)
    const sum = logits(x).reduce((total, logit) => total + Math.exp(logit), 0)
    logits(x).forEach((logit, y) => expect(probs[y]).toBeCloseTo(Math.exp(logit) / sum, 5))
  }
})

test('half an example twice is one example', async () => {
  const { features, labels } = clouds(30, 3, 6, 2)
  const whole = matrix(30, 3)
  labels.forEach((y, i) => (row(whole, i)[y] = 1))
  const twice = matrix(60, 6, Float32Array.from([...features.data, ...features.data]))
  const halves = matrix(
    60,
    3,
    Float32Array.from([...whole.data, ...whole.data]).map((share) => share / 2),
  )
  const a = await fitDiscriminant(await classMoments(features, whole))
  const b = await fitDiscriminant(await classMoments(twice, halves))
  const [ofWhole, ofHalves] = [await a(features), await b(features)]
  ofWhole.data.forEach((p, at) => expect(ofHalves.data[at]).toBeCloseTo(p, 4))
})
