import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { mixture, stackingWeights } from './stacking.ts'

test('the weights are those that no other mixture beats', () => {
  const rng = makeRng(1)
  const likelihoods = [0, 1, 2].map(() => Float64Array.from({ length: 50 }, () => rng.uniform()))
  const score = (weights: readonly number[]): number =>
    likelihoods[0]!.reduce(
      (sum, _, i) => sum + Math.log(weights.reduce((p, w, m) => p + w * likelihoods[m]![i]!, 0)),
      0,
    )
  const best = score(stackingWeights(likelihoods))
  for (let a = 0; a <= 1.001; a += 0.05) {
    for (let b = 0; a + b <= 1.001; b += 0.05) expect(score([a, b, Math.max(0, 1 - a - b)])).toBeLessThan(best + 1e-3)
  }
})

test('a predictor that is better everywhere gets all, equal ones share, and without items all are equal', () => {
  const good = Float64Array.of(0.9, 0.8, 0.7)
  const bad = Float64Array.of(0.1, 0.1, 0.1)
  expect(stackingWeights([bad, good])[1]).toBeGreaterThan(0.999)
  expect(stackingWeights([good, good])).toEqual([0.5, 0.5])
  expect(stackingWeights([new Float64Array(0), new Float64Array(0)])).toEqual([0.5, 0.5])
})

test('a mixture is the weighted sum', () => {
  const of = (...p: number[]) => matrix(1, 2, Float32Array.from(p))
  expect([...mixture([of(1, 0), of(0.5, 0.5)], [0.5, 0.5]).data]).toEqual([0.75, 0.25])
})
