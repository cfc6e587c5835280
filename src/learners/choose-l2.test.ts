import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row } from '../tensor/matrix.ts'
import { chooseL2 } from './choose-l2.ts'
import { labelEvidence } from './evidence.ts'
import { dealFolds, fitOutOfFold } from './out-of-fold.ts'

function clouds(n: number, distance: number) {
  const rng = makeRng(1, 'choose-l2', distance)
  const labels = Int32Array.from({ length: n }, (_, i) => i % 3)
  const features = matrix(n, 20)
  for (let at = 0; at < features.data.length; at++) features.data[at] = rng.normal()
  for (let i = 0; i < n; i++) row(features, i)[labels[i]!]! += distance
  return { features, labels }
}

test('pure noise asks for the strongest penalty, plain structure for a weaker one', async () => {
  const folds = dealFolds(120, makeRng(2))
  const noise = clouds(120, 0)
  expect((await chooseL2(noise.features, labelEvidence(noise.labels, 3), folds)).l2).toBe(100)
  const plain = clouds(120, 4)
  expect((await chooseL2(plain.features, labelEvidence(plain.labels, 3), folds)).l2).toBeLessThan(100)
})

test('the path is that of heads fitted from nothing: starting from the stronger penalty only saves time', async () => {
  const { features, labels } = clouds(90, 1)
  const folds = dealFolds(90, makeRng(3))
  const evidence = labelEvidence(labels, 3)
  const { path, l2 } = await chooseL2(features, evidence, folds, { grid: [0.1, 10, 1], tolerance: 1e-6 })
  expect(path.map((step) => step.l2)).toEqual([10, 1, 0.1])
  expect(path.find((step) => step.l2 === l2)!.logLikelihood).toBe(Math.max(...path.map((step) => step.logLikelihood)))
  const all = Int32Array.from(labels.keys())
  for (const step of path) {
    const options = { l2: step.l2, tolerance: 1e-6 }
    const { predProbs } = await fitOutOfFold(features, { rows: all, values: evidence }, folds, options)
    const expected = labels.reduce((sum, y, i) => sum + Math.log(predProbs.data[i * 3 + y]!) / 90, 0)
    expect(step.logLikelihood).toBeCloseTo(expected, 2)
  }
})

test('a constant added to all that was said of an item, however large, changes nothing', async () => {
  const { features, labels } = clouds(60, 1)
  const folds = dealFolds(60, makeRng(4))
  const evidence = labelEvidence(labels, 3)
  const choose = (by: number) =>
    chooseL2(
      features,
      matrix(
        60,
        3,
        evidence.data.map((value) => value + by),
      ),
      folds,
    )
  const plain = await choose(0)
  for (const by of [-2048, 2048]) {
    const { l2, path } = await choose(by)
    expect(l2).toBe(plain.l2)
    path.forEach((step, at) => expect(step.logLikelihood - by).toBeCloseTo(plain.path[at]!.logLikelihood, 2))
  }
})

test('folds of other items, or no penalties to choose from, are refused', async () => {
  const [features, evidence] = [matrix(2, 1), labelEvidence([0, 1], 2)]
  const code = (expected: string) => expect.objectContaining({ code: expected })
  await expect(chooseL2(features, evidence, Int32Array.of(0, 1, 0))).rejects.toEqual(code('length-mismatch'))
  await expect(chooseL2(features, evidence, Int32Array.of(0, 1), { grid: [] })).rejects.toEqual(code('bad-option'))
})
