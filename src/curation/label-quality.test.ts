import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { ensembleLabelQuality } from './ensemble-label-quality.ts'
import { labelQuality } from './label-quality.ts'
import { workedLabels, workedProbs } from './worked-example.ts'

function closeTo(scores: Float64Array, expected: readonly number[]): void {
  expect(scores.length).toBe(expected.length)
  scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6))
}

test.each([
  ['self_confidence', [0.9, 0.8, 0.6, 0.1, 0.8, 0.7, 0.4, 0.2, 0.9, 0.7, 0.6, 0.1]],
  ['normalized_margin', [0.925, 0.825, 0.65, 0.125, 0.85, 0.75, 0.55, 0.25, 0.925, 0.75, 0.7, 0.175]],
  [
    'confidence_weighted_entropy',
    [
      0.841535, 0.758691, 0.631027, 0.36962, 0.751541, 0.685034, 0.503018, 0.421103, 0.841535, 0.685034, 0.619207,
      0.305968,
    ],
  ],
] as const)('%s of the worked example (numbers of cleanlab 2.9)', (method, expected) => {
  closeTo(labelQuality(workedLabels, workedProbs, { method }), expected)
})

test('a label of which the model is entirely sure has the best score', () => {
  const sure = matrix(2, 2, Float32Array.of(1, 0, 0.9999999, 1e-7))
  const scores = labelQuality(new Int32Array(2), sure, { method: 'confidence_weighted_entropy' })
  expect(scores[0]).toBe(1)
  expect(scores[1]).toBeGreaterThan(0.99999)
})

test('adjusting takes the thresholds from the probabilities (by hand: thresholds 0.6 and 0.9)', () => {
  const two = matrix(3, 2, Float32Array.of(0.7, 0.3, 0.5, 0.5, 0.1, 0.9))
  const given = Int32Array.of(0, 0, 1)
  const [a, b, c] = [
    [1, 0.3],
    [0.8, 0.5],
    [0.4, 0.9],
  ].map(([x, y]) => [x! / (x! + y!), y! / (x! + y!)]) as [number[], number[], number[]]
  closeTo(labelQuality(given, two, { adjust: true }), [a[0]!, b[0]!, c[1]!])
  closeTo(
    labelQuality(given, two, { method: 'normalized_margin', adjust: true }),
    [a[0]! - a[1]!, b[0]! - b[1]!, c[1]! - c[0]!].map((margin) => (margin + 1) / 2),
  )
})

const problem = fc.record({ n: fc.integer({ min: 1, max: 10 }), k: fc.integer({ min: 2, max: 5 }) }).chain(({ n, k }) =>
  fc.record({
    labels: fc.int32Array({ min: 0, max: k - 1, minLength: n, maxLength: n }),
    rows: fc.array(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: k, maxLength: k }), {
      minLength: n,
      maxLength: n,
    }),
  }),
)

test('scores are what the formulas say, and lie between 0 and 1', () => {
  fc.assert(
    fc.property(problem, ({ labels, rows }) => {
      const k = rows[0]!.length
      const p = rows.map((weights) => weights.map((w) => Math.fround(w / weights.reduce((a, b) => a + b))))
      const probs = matrix(rows.length, k, Float32Array.from(p.flat()))
      const expected = p.map((probs, i) => {
        const own = probs[labels[i]!]!
        const others = probs.filter((_, c) => c !== labels[i])
        const x = -probs.reduce((sum, v) => sum + v * Math.log(v), 0) / Math.log(k) / Math.max(own, 1e-6)
        return { own, margin: (own - Math.max(...others) + 1) / 2, entropy: Math.log(1 + x) / x }
      })
      closeTo(
        labelQuality(labels, probs),
        expected.map(({ own }) => own),
      )
      closeTo(
        labelQuality(labels, probs, { method: 'normalized_margin' }),
        expected.map(({ margin }) => margin),
      )
      const entropies = labelQuality(labels, probs, { method: 'confidence_weighted_entropy' })
      closeTo(
        entropies,
        expected.map(({ entropy }) => entropy),
      )
      expect(entropies.every((score) => score >= 0 && score <= 1)).toBe(true)
    }),
  )
})

const good = matrix(2, 2, Float32Array.of(0.8, 0.2, 0.4, 0.6))
const poor = matrix(2, 2, Float32Array.of(0.6, 0.4, 0.7, 0.3))
const given = Int32Array.of(0, 1)

test('models are weighed by accuracy (by hand: 1 and 1/2), alike, or as asked', () => {
  closeTo(ensembleLabelQuality(given, [good, poor]), [(0.8 * 2 + 0.6) / 3, (0.6 * 2 + 0.3) / 3])
  closeTo(ensembleLabelQuality(given, [good, poor], { weights: 'uniform' }), [0.7, 0.45])
  closeTo(ensembleLabelQuality(given, [good, poor], { weights: [0, 7] }), [0.6, 0.3])
})

test('the search by log loss leaves out a model that only harms', () => {
  closeTo(ensembleLabelQuality(given, [good, poor], { weights: 'log_loss_search' }), [0.8, 0.6])
})

test('without labels there is nothing to score, and nothing to refuse', () => {
  expect(ensembleLabelQuality(new Int32Array(0), [matrix(0, 2)], { weights: 'log_loss_search' })).toHaveLength(0)
})

test('models that are all wrong count alike', () => {
  const wrong = matrix(2, 2, Float32Array.of(0.2, 0.8, 0.9, 0.1))
  closeTo(ensembleLabelQuality(given, [wrong, wrong]), [0.2, 0.1])
})

test.each([
  ['no models', [], 'uniform', 'length-mismatch'],
  ['too few weights', [good, poor], [1], 'length-mismatch'],
  ['weights of nothing', [good, poor], [0, 0], 'bad-option'],
  ['negative weights', [good, poor], [2, -1], 'bad-option'],
] as const)('%s are refused', (_, models, weights, code) => {
  const refused = expect.objectContaining({ code }) as Error
  expect(() => ensembleLabelQuality(given, models, { weights })).toThrow(refused)
})
