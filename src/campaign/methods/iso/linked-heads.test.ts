import { expect, test } from 'vitest'
import { makeRng } from '../../../core/rng.ts'
import { predictProbs } from '../../../learners/linear-head.ts'
import { argmaxRows, gatherRows, matrix, row } from '../../../tensor/matrix.ts'
import { fitLinkedHeads, predictLinked } from './linked-heads.ts'

const [n, d, groups] = [600, 16, 4]
const parents = Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3)
const confusion = matrix(4, 4, Float32Array.of(0.7, 0.3, 0, 0, 0, 0.7, 0.3, 0, 0, 0, 0.7, 0.3, 0.3, 0, 0, 0.7))

/** Overlapping clouds of twelve classes, three to a group; of 24 items the class is known, of 400 what somebody says who errs one way round. */
function world(seed: number) {
  const rng = makeRng(seed)
  const centres = matrix(parents.length, d)
  for (let at = 0; at < centres.data.length; at++) centres.data[at] = 0.25 * rng.normal()
  const truth = Int32Array.from({ length: n }, (_, i) => i % parents.length)
  const features = matrix(n, d)
  truth.forEach((y, i) => {
    const x = row(features, i)
    for (let f = 0; f < d; f++) x[f] = row(centres, y)[f]! + row(centres, 3 * parents[y]!)[f]! + 0.3 * rng.normal()
  })
  const said = truth.map((y) => (rng.uniform() < 0.7 ? parents[y]! : (parents[y]! + 1) % groups))
  const items = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, at) => from + at)
  const labels = (weak: Int32Array, transition = confusion) => ({
    fine: { rows: items(0, 24), labels: truth.slice(0, 24) },
    coarse: { rows: weak, labels: weak.map((i) => said[i]!), transition },
    parents,
  })
  const right = async (given: ReturnType<typeof labels>) => {
    const { fine } = await predictLinked(
      await fitLinkedHeads(features, given),
      parents,
      gatherRows(features, items(424, n)),
    )
    return argmaxRows(fine).filter((y, at) => y === truth[424 + at]).length / (n - 424)
  }
  return { features, labels, right, weak: items(24, 424), none: items(0, 0) }
}

test('a group is as likely as both heads find it on average, and its children share that as the fine head has it', async () => {
  const { features, labels, weak } = world(1)
  const heads = await fitLinkedHeads(features, labels(weak))
  const { fine, coarse } = await predictLinked(heads, parents, features)
  const alone = await predictProbs(heads.fine, features)
  for (let i = 0; i < n; i++) {
    for (let first = 0; first < parents.length; first += 3) {
      const [ofGroup, byFine] = [fine, alone].map((m) =>
        row(m, i)
          .subarray(first, first + 3)
          .reduce((sum, p) => sum + p, 0),
      )
      expect(ofGroup).toBeCloseTo((byFine! + row(coarse, i)[parents[first]!]!) / 2, 5)
      expect(row(fine, i)[first]! / ofGroup!).toBeCloseTo(row(alone, i)[first]! / byFine!, 4)
    }
  }
})

test('coarse answers improve fine predictions; with rows and columns of their errors exchanged, they spoil them', async () => {
  const transposed = matrix(4, 4)
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) transposed.data[i * 4 + j] = confusion.data[j * 4 + i]!
  let [alone, together, turned] = [0, 0, 0]
  for (const seed of [1, 2, 3, 4]) {
    const { labels, right, weak, none } = world(seed)
    alone += (await right(labels(none))) / 4
    together += (await right(labels(weak))) / 4
    turned += (await right(labels(weak, transposed))) / 4
  }
  // 0.759, 0.811 and 0.702 when this was written.
  expect(together).toBeGreaterThan(alone + 0.02)
  expect(turned).toBeLessThan(alone - 0.03)
})

test('where nothing was said, every class is as likely', async () => {
  const { features, labels, none } = world(1)
  const untaught = { ...labels(none), fine: { rows: none, labels: none } }
  const { fine } = await predictLinked(await fitLinkedHeads(features, untaught), parents, features)
  for (const p of row(fine, 0)) expect(p).toBeCloseTo(1 / 12, 6)
})
