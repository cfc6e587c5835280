import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row } from '../tensor/matrix.ts'
import { openTargets } from './open-labels.ts'

const [m, d, k] = [200, 8, 4]

/** Clouds that overlap a little, sorted by their labels as retrieval does; some labels are of another class. */
function found(seed: number, wrongShare: number) {
  const rng = makeRng(seed, 'found')
  const items = Array.from({ length: m }, () => {
    const truth = rng.below(k)
    return { truth, label: rng.uniform() < wrongShare ? (truth + 1 + rng.below(k - 1)) % k : truth }
  }).toSorted((a, b) => a.label - b.label)
  const features = matrix(
    m,
    d,
    Float32Array.from({ length: m * d }, () => 0.2 * rng.normal()),
  )
  items.forEach(({ truth }, i) => (row(features, i)[truth]! += 0.6))
  const labels = Int32Array.from(items, ({ label }) => label)
  return { open: { features, labels }, truth: Int32Array.from(items, ({ truth }) => truth) }
}
const shareEqual = (a: Int32Array, b: Int32Array): number => a.filter((y, i) => y === b[i]).length / a.length

test('labels that the other items contradict are doubted, and mostly put right', async () => {
  for (const seed of [1, 2, 3]) {
    const { open, truth } = found(seed, 0.2)
    const targets = await openTargets(open, k)
    expect(shareEqual(open.labels, truth)).toBeLessThan(0.85)
    expect(shareEqual(argmaxRows(targets), truth)).toBeGreaterThan(0.93)
  }
})

test('labels that are all right stay as they are', async () => {
  const { open, truth } = found(1, 0)
  const targets = await openTargets(open, k)
  const kept = truth.reduce((sum, y, i) => sum + targets.data[i * k + y]!, 0) / m
  expect(kept).toBeGreaterThan(0.97)
})

test('a class with too few items to know its look keeps its labels', async () => {
  const { open, truth } = found(1, 0.2)
  const only = truth.indexOf(3)
  const labels = open.labels.map((y, i) => (i === only ? 3 : Math.min(y, 2)))
  expect(argmaxRows(await openTargets({ ...open, labels }, k))[only]).toBe(3)
})

test('features that tell nothing leave every label what it is', async () => {
  const { open } = found(1, 0.2)
  const targets = await openTargets({ ...open, features: matrix(m, d) }, k)
  expect(argmaxRows(targets)).toEqual(open.labels)
})
