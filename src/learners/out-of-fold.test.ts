import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { predictProbs } from './linear-head.ts'
import { dealFolds, fitOutOfFold } from './out-of-fold.ts'

const rng = makeRng(1, 'out-of-fold')
const normal = (rows: number, cols: number): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
const everybody = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)
const share = (a: Int32Array, b: Int32Array): number => a.filter((y, i) => y === b[i]).length / a.length

test('coin tosses cannot be predicted out of fold, though the head knows every one of them by heart', async () => {
  const [n, d] = [120, 160]
  const features = normal(n, d)
  const tosses = Int32Array.from({ length: n }, () => rng.below(2))
  const evidence = { rows: everybody(n), values: labelEvidence(tosses, 2) }
  const { predProbs, head } = await fitOutOfFold(features, evidence, dealFolds(n, makeRng(2)), { l2: 0.01 })
  expect(share(argmaxRows(await predictProbs(head, features)), tosses)).toBe(1)
  // Five standard errors around chance: 0.5 ± 0.23.
  expect(Math.abs(share(argmaxRows(predProbs), tosses) - 0.5)).toBeLessThan(0.23)
})

test("an item's prediction does not change when its own label does", async () => {
  const features = normal(25, 3)
  const labels = Int32Array.from({ length: 25 }, (_, i) => i % 3)
  const folds = dealFolds(25, makeRng(3))
  const predict = async (given: Int32Array) =>
    (await fitOutOfFold(features, { rows: everybody(25), values: labelEvidence(given, 3) }, folds)).predProbs
  const [before, after] = [await predict(labels), await predict(labels.with(7, 2))]
  expect(row(after, 7)).toEqual(row(before, 7))
  expect(after.data).not.toEqual(before.data)
})

test('items without evidence are predicted by the head of all evidence', async () => {
  const features = normal(12, 2)
  const rows = Int32Array.of(1, 4, 9)
  const { predProbs, head } = await fitOutOfFold(
    features,
    { rows, values: labelEvidence([0, 1, 0], 2) },
    dealFolds(12, makeRng(4)),
  )
  const others = Int32Array.of(0, 2, 3, 5, 6, 7, 8, 10, 11)
  const expected = await predictProbs(head, gatherRows(features, others))
  gatherRows(predProbs, others).data.forEach((p, at) => expect(p).toBeCloseTo(expected.data[at]!, 6))
})

test('a single labelled item is predicted as if nothing were known', async () => {
  const { predProbs } = await fitOutOfFold(
    normal(3, 2),
    { rows: Int32Array.of(1), values: labelEvidence([2], 4) },
    Int32Array.of(0, 1, 2),
  )
  expect([...row(predProbs, 1)]).toEqual([0.25, 0.25, 0.25, 0.25])
})

test('real structure is predicted out of fold', async () => {
  const labels = Int32Array.from({ length: 90 }, (_, i) => i % 3)
  const features = normal(90, 3)
  labels.forEach((y, i) => (row(features, i)[y]! += 6))
  const evidence = { rows: everybody(90), values: labelEvidence(labels, 3) }
  expect(
    share(argmaxRows((await fitOutOfFold(features, evidence, dealFolds(90, makeRng(5)))).predProbs), labels),
  ).toBeGreaterThan(0.95)
})

test('folds differ by one item in size at most', () => {
  for (const [n, folds] of [
    [103, 5],
    [4, 5],
    [10, 2],
    [0, 5],
  ] as const) {
    const dealt = dealFolds(n, makeRng(6), folds)
    const sizes = Array.from({ length: folds }, (_, fold) => dealt.filter((f) => f === fold).length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(n)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  }
})

test('where nothing was said, every class is as likely', async () => {
  const nothing = { rows: new Int32Array(), values: matrix(0, 4) }
  const { predProbs, head } = await fitOutOfFold(normal(3, 2), nothing, Int32Array.of(0, 1, 2))
  expect(new Set(predProbs.data)).toEqual(new Set([0.25]))
  expect(new Set(head.weights.data)).toEqual(new Set([0]))
})

test('evidence, soft labels or folds of other items are refused', async () => {
  const [features, folds] = [normal(3, 2), Int32Array.of(0, 1, 2)]
  const code = (expected: string) => expect.objectContaining({ code: expected })
  const evidence = { rows: Int32Array.of(0, 1), values: labelEvidence([0, 1], 2) }
  await expect(fitOutOfFold(features, evidence, folds.slice(1))).rejects.toEqual(code('length-mismatch'))
  const short = { ...evidence, rows: Int32Array.of(0) }
  await expect(fitOutOfFold(features, short, folds)).rejects.toEqual(code('length-mismatch'))
  const foreign = { ...evidence, rows: Int32Array.of(0, 3) }
  await expect(fitOutOfFold(features, foreign, folds)).rejects.toEqual(code('bad-label'))
  const soft = [{ items: Int32Array.of(3), targets: matrix(1, 2), groupOf: Int32Array.of(0, 1), weight: 1 }]
  await expect(fitOutOfFold(features, evidence, folds, { soft })).rejects.toEqual(code('bad-label'))
})
