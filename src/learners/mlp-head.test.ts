import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { fitMlpHead, predictMlpProbs } from './mlp-head.ts'
import { mlpLoss, type MlpHead } from './mlp-loss.ts'

const rng = makeRng(1, 'mlp')
const normal = (rows: number, cols: number): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )

/** The loss in 64 bits and plain loops. */
function plainLoss(head: Record<keyof MlpHead, Float64Array>, features: Matrix, evidence: Matrix): number {
  const [d, k, h] = [features.cols, evidence.cols, head.hiddenBias.length]
  let loss = 0
  for (let i = 0; i < features.rows; i++) {
    const logits = Array.from(head.outputBias)
    for (let j = 0; j < h; j++) {
      let active = head.hiddenBias[j]!
      for (let f = 0; f < d; f++) active += features.data[i * d + f]! * head.hiddenWeights[f * h + j]!
      for (let y = 0; y < k; y++) logits[y]! += Math.max(0, active) * head.outputWeights[j * k + y]!
    }
    const total = (added: (y: number) => number) =>
      Math.log(logits.reduce((sum, z, y) => sum + Math.exp(z + added(y)), 0))
    loss += total(() => 0) - total((y) => evidence.data[i * k + y]!)
  }
  return loss
}

test('the loss is that of plain loops, and its gradient that of central differences, in every parameter', async () => {
  const [n, d, h, k] = [7, 3, 4, 3]
  const [features, evidence] = [normal(n, d), normal(n, k)]
  const head = {
    hiddenWeights: normal(d, h),
    hiddenBias: normal(1, h),
    outputWeights: normal(h, k),
    outputBias: normal(1, k),
  }
  const { loss, gradient } = await mlpLoss(head, features, evidence)
  const names = Object.keys(head) as (keyof MlpHead)[]
  const plain = Object.fromEntries(names.map((name) => [name, Float64Array.from(head[name].data)])) as Record<
    keyof MlpHead,
    Float64Array
  >
  expect(loss).toBeCloseTo(plainLoss(plain, features, evidence), 4)
  const step = 1e-5
  for (const name of names) {
    expect(gradient[name]).toMatchObject({ rows: head[name].rows, cols: head[name].cols })
    gradient[name].data.forEach((slope, at) => {
      const moved = (by: number) => ({ ...plain, [name]: plain[name].with(at, plain[name][at]! + by) })
      const difference = plainLoss(moved(step), features, evidence) - plainLoss(moved(-step), features, evidence)
      expect(slope).toBeCloseTo(difference / (2 * step), 3)
    })
  }
})

/** Four clouds at the corners of a square; opposite corners are one class, which no linear head can tell. */
function corners(n: number, spread: number): { features: Matrix; labels: Int32Array } {
  const features = matrix(n, 2)
  const labels = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const [right, above] = [i & 1, (i >> 1) & 1]
    row(features, i).set([2 * right - 1 + spread * rng.normal(), 2 * above - 1 + spread * rng.normal()])
    labels[i] = right ^ above
  }
  return { features, labels }
}

test('it learns "exclusive or", whatever unit and origin the features have', async () => {
  const { features, labels } = corners(80, 0.2)
  for (const [scale, shift] of [
    [1, 0],
    [1000, 0],
    [0.01, 3],
  ] as const) {
    const moved = matrix(
      80,
      2,
      features.data.map((value) => scale * value + shift),
    )
    const head = await fitMlpHead(moved, labelEvidence(labels, 2), makeRng(2), { hidden: 32 })
    expect(argmaxRows(await predictMlpProbs(head, moved))).toEqual(labels)
  }
})

test('with nothing to learn, held-out items stop it before it knows the noise by heart', async () => {
  const features = normal(200, 20)
  const tosses = Int32Array.from({ length: 200 }, () => rng.below(2))
  const surest = async (heldOutShare: number) => {
    const head = await fitMlpHead(features, labelEvidence(tosses, 2), makeRng(3), { heldOutShare, weightDecay: 0 })
    const { data } = await predictMlpProbs(head, features)
    return data.reduce((sum, p) => sum + Math.max(p, 1 - p), 0) / data.length
  }
  expect(await surest(0.2)).toBeLessThan(0.75)
  expect(await surest(0)).toBeGreaterThan(0.95)
})

test('weight decay keeps it less sure', async () => {
  const { features, labels } = corners(40, 0.5)
  const likelihood = async (weightDecay: number) => {
    const head = await fitMlpHead(features, labelEvidence(labels, 2), makeRng(4), { hidden: 16, weightDecay })
    const { data } = await predictMlpProbs(head, features)
    return labels.reduce((sum, label, i) => sum + Math.log(data[i * 2 + label]!), 0)
  }
  expect(await likelihood(10)).toBeLessThan(await likelihood(0))
})

test('another seed is another network', async () => {
  const { features, labels } = corners(20, 0.3)
  const fit = (seed: number) => fitMlpHead(features, labelEvidence(labels, 2), makeRng(seed), { maxEpochs: 3 })
  expect(await fit(1)).toEqual(await fit(1))
  expect(await fit(1)).not.toEqual(await fit(2))
})

test('a share of held-out items that leaves none to learn from is refused', async () => {
  for (const heldOutShare of [-0.1, 1, NaN]) {
    await expect(fitMlpHead(normal(4, 2), labelEvidence([0, 1, 0, 1], 2), rng, { heldOutShare })).rejects.toEqual(
      expect.objectContaining({ code: 'bad-option' }),
    )
  }
})
