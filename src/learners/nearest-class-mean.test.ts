import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { nearestClassMean, type NearestClassMeanOptions } from './nearest-class-mean.ts'

const points = (...rows: readonly number[][]) => matrix(rows.length, rows[0]!.length, Float32Array.from(rows.flat()))

async function predict(
  features: ReturnType<typeof points>,
  labels: readonly number[],
  options: NearestClassMeanOptions & { readonly k?: number },
) {
  const { k = 2, ...rest } = options
  return nearestClassMean(rest)({ features, evidence: labelEvidence(labels, k), rng: makeRng(1) })
}

test('cosine: probabilities fall with 1 - cos to the mean direction (hand calculation)', async () => {
  // Class 0 points along (1, 0), whatever the lengths; class 1 along (0, 1).
  const probs = await predict(points([2, 0], [7, 0], [0, 0.1]), [0, 0, 1], { temperature: 0.5 })
  const [cos0, cos1] = [3 / 5, 4 / 5]
  const expected = 1 / (1 + Math.exp((cos1 - cos0) / 0.5))
  expect((await probs(points([3, 4]))).data[0]).toBeCloseTo(expected, 5)
})

test('euclidean: probabilities fall with the mean squared difference in units of the variance (hand calculation)', async () => {
  // Around their mean (2, 0) the examples have variance (4 + 0) / 2 = 2 per feature.
  const probs = await predict(points([0, 0], [4, 0]), [0, 1], { metric: 'euclidean', temperature: 1 })
  const [near, far] = [1 / 2 / 2, 9 / 2 / 2]
  expect((await probs(points([1, 0]))).data[0]).toBeCloseTo(1 / (1 + Math.exp(near - far)), 5)
})

test('euclidean distances do not depend on unit and origin, also far from it', async () => {
  const rng = makeRng(2)
  const raw = Float32Array.from({ length: 40 }, () => rng.normal())
  const labels = Array.from({ length: 20 }, (_, i) => i % 2)
  const original = matrix(20, 2, raw)
  const moved = matrix(
    20,
    2,
    raw.map((value) => 3 * value + 500),
  )
  const [a, b] = await Promise.all(
    [original, moved].map(async (m) => (await predict(m, labels, { metric: 'euclidean' }))(m)),
  )
  a!.data.forEach((p, at) => expect(p).toBeCloseTo(b!.data[at]!, 2))
})

test('a class without examples gets 1 / (n + k) everywhere, and the others share the rest', async () => {
  const features = points([1, 0], [1, 0.1], [0, 1])
  const seen = await (await predict(features, [0, 0, 1], {}))(features)
  const withUnseen = await (await predict(features, [0, 0, 1], { k: 4 }))(features)
  for (let i = 0; i < 3; i++) {
    const [first, second, ...others] = withUnseen.data.subarray(i * 4, i * 4 + 4)
    others.forEach((p) => expect(p).toBeCloseTo(1 / 7, 6))
    expect(first).toBeCloseTo((seen.data[i * 2]! * 5) / 7, 5)
    expect(second).toBeCloseTo((seen.data[i * 2 + 1]! * 5) / 7, 5)
  }
})

test('an example without direction is at cosine 0 from everything, no nearer', async () => {
  const probs = await (await predict(points([0, 0], [1, 0]), [0, 1], { temperature: 0.5 }))(points([1, 0], [1, 1]))
  // Distances 1 - 0 to class 0; 1 - 1 and 1 - cos 45° to class 1.
  expect(probs.data[0]).toBeCloseTo(1 / (1 + Math.exp(1 / 0.5)), 5)
  expect(probs.data[2]).toBeCloseTo(1 / (1 + Math.exp(Math.SQRT1_2 / 0.5)), 5)
})

test.each([0, -1, NaN])('a temperature of %d is refused', (temperature) => {
  expect(() => nearestClassMean({ temperature })).toThrow(expect.objectContaining({ code: 'bad-option' }))
})
