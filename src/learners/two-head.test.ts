import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { fitLinearHead, predictProbs } from './linear-head.ts'
import { coarseEvidence, fitTwoHeads, type TwoLevelLabels } from './two-head.ts'

const parents = Int32Array.of(0, 0, 1, 2)
const transition = matrix(3, 3, Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.15, 0.75))
const nothing = { rows: new Int32Array(), labels: new Int32Array() }

test('a coarse answer is forward-corrected over the sums of children, with its gradient (hand calculation: 1.380954)', () => {
  // softmax(2, 1, 0) = (.665241, .244728, .090031), the first split in halves: the coarse probabilities are these three.
  const p = [0.665241 / 2, 0.665241 / 2, 0.244728, 0.090031]
  const { data } = coarseEvidence(Int32Array.of(1), parents, transition)
  const informed = p.map((py, y) => py * Math.exp(data[y]!))
  const likelihood = informed.reduce((sum, value) => sum + value, 0)
  expect(-Math.log(likelihood)).toBeCloseTo(1.380954, 5)
  // The heads' gradient p - q against that of the formula, -p_y (T[parent(y)][1] / (q T)[1] - 1), (q T)[1] = .251339.
  p.forEach((py, y) => {
    const formula = -py * (transition.data[parents[y]! * 3 + 1]! / 0.251339 - 1)
    expect(py - informed[y]! / likelihood).toBeCloseTo(formula, 5)
  })
})

/** Items around the corners of a simplex, item `i` of fine class `i % 4`; and what a noisy annotator says of their coarse classes. */
function world(n: number, spread: number): { features: Matrix; labels: Int32Array; said: Int32Array } {
  const rng = makeRng(1, 'world', n)
  const features = matrix(n, 4)
  for (let at = 0; at < features.data.length; at++) features.data[at] = spread * rng.normal()
  const labels = Int32Array.from({ length: n }, (_, i) => i % 4)
  labels.forEach((label, i) => (row(features, i)[label]! += 1))
  const said = labels.map((label) => {
    let left = rng.uniform()
    return row(transition, parents[label]!).findIndex((p) => (left -= p) < 0)
  })
  return { features, labels, said }
}

/** The two losses of the paper in 64 bits and plain loops, for the fine head, with its penalty. */
function plainLoss(parameters: Float64Array, features: Matrix, { fine, coarse }: TwoLevelLabels, l2: number): number {
  const [d, k] = [4, 4]
  const probs = (item: number): number[] => {
    const exps = Array.from({ length: k }, (_, y) => {
      let logit = parameters[d * k + y]!
      for (let f = 0; f < d; f++) logit += features.data[item * d + f]! * parameters[f * k + y]!
      return Math.exp(logit)
    })
    const sum = exps.reduce((total, value) => total + value, 0)
    return exps.map((value) => value / sum)
  }
  let loss = 0
  fine.rows.forEach((item, at) => (loss -= Math.log(probs(item)[fine.labels[at]!]!)))
  coarse.rows.forEach((item, at) => {
    const q = [0, 0, 0]
    probs(item).forEach((p, y) => (q[parents[y]!]! += p))
    loss -= Math.log(q.reduce((sum, p, c) => sum + p * transition.data[c * 3 + coarse.labels[at]!]!, 0))
  })
  for (let at = 0; at < d * k; at++) loss += (l2 / 2) * parameters[at]! ** 2
  return loss
}

test('at the fitted fine head, finite differences of the forward-corrected loss vanish in every direction', async () => {
  const { features, labels, said } = world(40, 0.4)
  const known: TwoLevelLabels = {
    fine: { rows: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), labels: labels.slice(0, 8) },
    coarse: { rows: Int32Array.from({ length: 32 }, (_, i) => 8 + i), labels: said.slice(8), transition },
    parents,
  }
  const { fine } = await fitTwoHeads(features, known, { l2: 0.5 })
  const fitted = Float64Array.of(...fine.weights.data, ...fine.bias.data)
  const loss = (parameters: Float64Array) => plainLoss(parameters, features, known, 0.5)
  const h = 1e-4
  for (let at = 0; at < fitted.length; at++) {
    const slope = (loss(fitted.with(at, fitted[at]! + h)) - loss(fitted.with(at, fitted[at]! - h))) / (2 * h)
    expect(Math.abs(slope)).toBeLessThan(0.05)
  }
})

test('noisy coarse answers make the fine head better, and the coarse head knows the coarse classes', async () => {
  const { features, labels, said } = world(400, 0.35)
  const eight = Int32Array.from({ length: 8 }, (_, i) => i)
  const fine = { rows: eight, labels: labels.slice(0, 8) }
  const coarse = { rows: Int32Array.from({ length: 392 }, (_, i) => 8 + i), labels: said.slice(8), transition }
  const options = { l2: 0.1 }
  const [alone, both] = [
    await fitTwoHeads(features, { fine, coarse: nothing, parents }, options),
    await fitTwoHeads(features, { fine, coarse, parents }, options),
  ]
  const right = async (head: typeof alone.fine) =>
    argmaxRows(await predictProbs(head, features)).filter((y, i) => y === labels[i]).length
  expect(await right(both.fine)).toBeGreaterThan(await right(alone.fine))
  const coarseSaid = argmaxRows(await predictProbs(both.coarse, features))
  expect(coarseSaid.filter((c, i) => c === parents[labels[i]!]).length).toBeGreaterThan(0.9 * 400)
})

test('of an item whose fine label is known, what was said about it teaches nothing', async () => {
  const { features, labels, said } = world(12, 0.3)
  const rows = Int32Array.from({ length: 12 }, (_, i) => i)
  const fine = { rows, labels }
  expect(await fitTwoHeads(features, { fine, coarse: { rows, labels: said, transition }, parents })).toEqual(
    await fitTwoHeads(features, { fine, coarse: { ...nothing, transition }, parents }),
  )
})

test('with fine labels alone, the heads are those of the labels and of their parents', async () => {
  const { features, labels } = world(12, 0.3)
  const rows = Int32Array.from({ length: 12 }, (_, i) => i)
  const heads = await fitTwoHeads(features, { fine: { rows, labels }, coarse: nothing, parents })
  expect(heads).toEqual({
    fine: await fitLinearHead(features, labelEvidence(labels, 4)),
    coarse: await fitLinearHead(
      features,
      labelEvidence(
        labels.map((label) => parents[label]!),
        3,
      ),
    ),
  })
})

test('answers that are in no column, labels that are no class, and rows that are no probabilities are refused', async () => {
  const features = matrix(2, 1)
  const one = { rows: Int32Array.of(0), labels: Int32Array.of(0) }
  const fit = (fine: TwoLevelLabels['fine'], coarse: TwoLevelLabels['coarse']) =>
    fitTwoHeads(features, { fine, coarse, parents })
  const rejects = async (attempt: Promise<unknown>, code: string) =>
    expect(attempt).rejects.toEqual(expect.objectContaining({ code }))
  await rejects(fit({ ...one, labels: Int32Array.of(4) }, nothing), 'bad-label')
  await rejects(fit(one, { ...one, labels: Int32Array.of(-1) }), 'bad-label')
  await rejects(fit(one, { ...one, labels: Int32Array.of(3), transition }), 'bad-label')
  await rejects(fit({ ...one, rows: Int32Array.of(2) }, nothing), 'bad-label')
  await rejects(fit({ ...one, labels: Int32Array.of(0, 1) }, nothing), 'length-mismatch')
  await rejects(fit(one, { ...nothing, transition: matrix(3, 3) }), 'bad-probability')
  await rejects(fit(one, { ...nothing, transition: matrix(1, 1, Float32Array.of(1)) }), 'bad-label')
})
