import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { crossValidatedProbs, type CrossValidatedProbsOptions } from './cross-validated-probs.ts'

const rng = makeRng(1, 'cross-validated-probs')
const normal = (rows: number, cols: number): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
/** Items of each class around a point of its own. */
function clusters(labels: Int32Array, d = 6): Matrix {
  const [features, centres] = [normal(labels.length, d), normal(10, d)]
  for (let i = 0; i < labels.length; i++)
    for (let f = 0; f < d; f++) features.data[i * d + f]! += 6 * centres.data[labels[i]! * d + f]!
  return features
}

test('coin tosses cannot be predicted, since no head saw the toss that it predicts', async () => {
  const tosses = Int32Array.from({ length: 120 }, () => rng.below(2))
  const predicted = argmaxRows(await crossValidatedProbs(normal(120, 160), tosses, makeRng(2), { l2: 0.01 }))
  // Five standard errors around chance: 0.5 ± 0.23.
  expect(Math.abs(predicted.filter((y, i) => y === tosses[i]).length / 120 - 0.5)).toBeLessThan(0.23)
})

test('wrong labels are those that the heads doubt most', async () => {
  const truth = Int32Array.from({ length: 90 }, (_, i) => i % 3)
  const given = truth.with(4, 2).with(50, 0).with(71, 0)
  const predProbs = await crossValidatedProbs(clusters(truth), given, makeRng(3))
  for (let i = 0; i < 90; i++) expect(row(predProbs, i).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
  const doubt = [...given.keys()].sort((a, b) => row(predProbs, a)[given[a]!]! - row(predProbs, b)[given[b]!]!)
  expect(new Set(doubt.slice(0, 3))).toEqual(new Set([4, 50, 71]))
})

test('nothing speaks against the only item of a class, and classes without items are hardly ever predicted', async () => {
  const labels = Int32Array.from({ length: 30 }, (_, i) => (i === 7 ? 2 : i % 2))
  const predProbs = await crossValidatedProbs(clusters(labels), labels, makeRng(4), { k: 4, repeats: 2 })
  expect([predProbs.rows, predProbs.cols]).toEqual([30, 4])
  expect([...row(predProbs, 7)]).toEqual([0, 0, 1, 0])
  for (let i = 0; i < 30; i++) expect(row(predProbs, i)[3]).toBeLessThan(0.1)
})

test('two items of a class are enough for each to be recognised by the other', async () => {
  const labels = Int32Array.from({ length: 42 }, (_, i) => (i < 40 ? i % 2 : 2))
  const predicted = argmaxRows(await crossValidatedProbs(clusters(labels), labels, makeRng(5), { l2: 0.1 }))
  expect([predicted[40], predicted[41]]).toEqual([2, 2])
})

test('equal seeds give equal bits, and repeats are the mean over folds dealt anew', async () => {
  const labels = Int32Array.from({ length: 30 }, (_, i) => i % 3)
  const features = normal(30, 4)
  const run = (repeats: number) => crossValidatedProbs(features, labels, makeRng(6), { repeats })
  const [once, twice] = [await run(1), await run(2)]
  expect((await run(1)).data).toEqual(once.data)
  expect(twice.data).not.toEqual(once.data)
})

const refused: [string, CrossValidatedProbsOptions & { features?: Matrix; labels?: Int32Array }, string][] = [
  ['labels of other items', { labels: new Int32Array(5) }, 'length-mismatch'],
  ['a label that is no class', { labels: Int32Array.of(0, 1, 2, 9), k: 3 }, 'bad-label'],
  ['an unlabelled item', { labels: Int32Array.of(0, 1, -1, 0) }, 'bad-label'],
  ['more folds than items', { folds: 5 }, 'bad-option'],
  ['one fold', { folds: 1 }, 'bad-option'],
  ['no repeat', { folds: 2, repeats: 0 }, 'bad-option'],
  ['NaN', { features: matrix(4, 1, Float32Array.of(1, NaN, 3, 4)), folds: 2 }, 'bad-feature-value'],
]
test.each(refused)(
  '%s: refused',
  async (_, { features = normal(4, 1), labels = Int32Array.of(0, 1, 0, 1), ...options }, code) => {
    await expect(crossValidatedProbs(features, labels, makeRng(7), options)).rejects.toMatchObject({ code })
  },
)
