import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, gatherRows, matrix, row } from '../tensor/matrix.ts'
import { coarseEvidence } from './coarse-evidence.ts'
import { predictProbs } from './linear-head.ts'
import { fitLinkedHeads, predictLinked, type TwoLevelLabels } from './linked-heads.ts'

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
    const { fine } = await predictLinked(await fitLinkedHeads(features, given), gatherRows(features, items(424, n)))
    return argmaxRows(fine).filter((y, at) => y === truth[424 + at]).length / (n - 424)
  }
  return { features, labels, right, weak: items(24, 424), none: items(0, 0) }
}

test('a group is as likely as both heads find it on average, and its children share that as the fine head has it', async () => {
  const { features, labels, weak } = world(1)
  const heads = await fitLinkedHeads(features, labels(weak))
  const { fine, coarse } = await predictLinked(heads, features)
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
  const { fine } = await predictLinked(await fitLinkedHeads(features, untaught), features)
  for (const p of row(fine, 0)) expect(p).toBeCloseTo(1 / 12, 6)
})

test('a coarse answer is forward-corrected over the sums of children, with its gradient (hand calculation: 1.380954)', () => {
  const [above, transition] = [
    Int32Array.of(0, 0, 1, 2),
    matrix(3, 3, Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.15, 0.75)),
  ]
  // softmax(2, 1, 0) = (.665241, .244728, .090031), the first split in halves: the coarse probabilities are these three.
  const p = [0.665241 / 2, 0.665241 / 2, 0.244728, 0.090031]
  const { data } = coarseEvidence(Int32Array.of(1), above, transition)
  const informed = p.map((py, y) => py * Math.exp(data[y]!))
  const likelihood = informed.reduce((sum, value) => sum + value, 0)
  expect(-Math.log(likelihood)).toBeCloseTo(1.380954, 5)
  // The head's gradient p - q against that of the formula, -p_y (T[parent(y)][1] / (q T)[1] - 1), (q T)[1] = .251339.
  p.forEach((py, y) => {
    const formula = -py * (transition.data[above[y]! * 3 + 1]! / 0.251339 - 1)
    expect(py - informed[y]! / likelihood).toBeCloseTo(formula, 5)
  })
})

test('answers that are in no column, labels that are no class, and rows that are no probabilities are refused', async () => {
  const one = { rows: Int32Array.of(0), labels: Int32Array.of(0) }
  const none = { rows: new Int32Array(), labels: new Int32Array() }
  const fit = (fine: TwoLevelLabels['fine'], coarse: TwoLevelLabels['fine'], transition = confusion) =>
    fitLinkedHeads(matrix(2, 1), { fine, coarse: { ...coarse, transition }, parents })
  const rejects = async (attempt: Promise<unknown>, code: string) =>
    expect(attempt).rejects.toEqual(expect.objectContaining({ code }))
  await rejects(fit({ ...one, labels: Int32Array.of(12) }, none), 'bad-label')
  await rejects(fit(one, { ...one, labels: Int32Array.of(-1) }), 'bad-label')
  await rejects(fit(one, { ...one, labels: Int32Array.of(4) }), 'bad-label')
  await rejects(fit({ ...one, rows: Int32Array.of(2) }, none), 'bad-label')
  await rejects(fit({ ...one, labels: Int32Array.of(0, 1) }, none), 'length-mismatch')
  await rejects(fit(one, none, matrix(4, 4)), 'bad-probability')
  await rejects(fit(one, none, matrix(1, 1, Float32Array.of(1))), 'bad-label')
})
