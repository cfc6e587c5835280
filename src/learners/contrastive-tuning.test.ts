import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classShares } from './class-shares.ts'
import { contrastiveLoss, type Projections } from './contrastive-loss.ts'
import { labelEvidence } from './evidence.ts'
import { promptVectorsLoss, type PromptVectors } from './prompt-vectors.ts'

const rng = makeRng(1, 'text gradients')
const normal = (rows: number, cols: number): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
const [n, d, k, scale] = [7, 3, 4, 5]
const points = unitRows(normal(n, d))
const texts = { prototypes: unitRows(normal(k, d)), scale }
/** The last class is not in the batch; the first is three times. */
const labels = [0, 1, 0, 2, 1, 0, 2]
const hard = classShares(labelEvidence(labels, k))
const soft = classShares(normal(n, k))

type Rows = readonly (readonly number[])[]
const rowsOf = (m: Matrix): number[][] => Array.from({ length: m.rows }, (_, i) => [...row(m, i)])
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, j) => sum + value * b[j]!, 0)
const unit = (a: readonly number[]): number[] => a.map((value) => value / Math.sqrt(dot(a, a)))
const logSumExp = (values: readonly number[]): number => Math.log(values.reduce((sum, v) => sum + Math.exp(v), 0))
const transposed = (rows: Rows): number[][] => rows[0]!.map((_, j) => rows.map((values) => values[j]!))

/** `unit(v + v · change)` in 64 bits and plain loops. */
function projectedRows(vectors: Matrix, change: Float64Array): number[][] {
  return rowsOf(vectors).map((v) =>
    unit(v.map((value, j) => value + v.reduce((sum, w, i) => sum + w * change[i * d + j]!, 0))),
  )
}

/** The loss as published: all pairs of items and texts of the batch, against targets whose rows sum to 1. */
function pairLoss(changes: Record<keyof Projections, Float64Array>, targets: Rows): number {
  const [x, t] = [projectedRows(points, changes.items), projectedRows(texts.prototypes, changes.texts)]
  const pairs = x.map((item) => labels.map((label) => scale * dot(item, t[label]!)))
  const crossEntropy = (rows: Rows): number =>
    rows.reduce((sum, logits, i) => sum + logSumExp(logits) - dot(targets[i]!, logits), 0)
  return (crossEntropy(pairs) + crossEntropy(transposed(pairs))) / 2
}

const diagonal = labels.map((_, i) => labels.map((_other, j) => Number(i === j)))
const sameClass = labels.map((y) => labels.map((other) => Number(y === other) / labels.filter((l) => l === y).length))

test('the published loss, with items of one class as negatives of each other, is ours, and so is that with them as positives', async () => {
  for (const projections of [
    { items: matrix(d, d), texts: matrix(d, d) },
    { items: normal(d, d), texts: normal(d, d) },
  ]) {
    const { loss } = await contrastiveLoss(projections, texts, points, hard)
    const plain = { items: Float64Array.from(projections.items.data), texts: Float64Array.from(projections.texts.data) }
    expect(loss).toBeCloseTo(pairLoss(plain, diagonal), 3)
    expect(pairLoss(plain, sameClass)).toBeCloseTo(pairLoss(plain, diagonal), 10)
  }
})

/** By class, for soft labels, in 64 bits. */
function classLoss(changes: Record<keyof Projections, Float64Array>, shares: Rows): number {
  const [x, t] = [projectedRows(points, changes.items), projectedRows(texts.prototypes, changes.texts)]
  const logits = x.map((item) => t.map((text) => scale * dot(item, text)))
  const masses = transposed(shares).map((column) => column.reduce((sum, share) => sum + share, 0))
  const byItem = logits.reduce((sum, z) => sum + logSumExp(z.map((value, y) => value + Math.log(masses[y]!))), 0)
  const byText = transposed(logits).reduce((sum, column, y) => sum + masses[y]! * logSumExp(column), 0)
  return (byItem + byText) / 2 - logits.reduce((sum, z, i) => sum + dot(shares[i]!, z), 0)
}

/** Every parameter's gradient against a central difference. */
function expectGradient<Name extends string>(
  found: Record<Name, Matrix>,
  at: Record<Name, Matrix>,
  lossAt: (values: Record<Name, Float64Array>) => number,
): void {
  const step = 1e-5
  const names = Object.keys(at) as Name[]
  const plain = Object.fromEntries(names.map((name) => [name, Float64Array.from(at[name].data)])) as Record<
    Name,
    Float64Array
  >
  for (const name of names) {
    expect(found[name]).toMatchObject({ rows: at[name].rows, cols: at[name].cols })
    found[name].data.forEach((slope, j) => {
      const moved = (by: number) => lossAt({ ...plain, [name]: plain[name].with(j, plain[name][j]! + by) })
      expect(slope).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3)
    })
  }
}

test('the gradient of the contrastive loss is that of central differences, for plain and for soft labels', async () => {
  const projections: Record<keyof Projections, Matrix> = { items: normal(d, d), texts: normal(d, d) }
  const ofHard = await contrastiveLoss(projections, texts, points, hard)
  expectGradient({ ...ofHard.gradient }, projections, (changes) => pairLoss(changes, diagonal))
  const ofSoft = await contrastiveLoss(projections, texts, points, soft)
  expectGradient({ ...ofSoft.gradient }, projections, (changes) => classLoss(changes, rowsOf(soft)))
})

test('the gradient of prompt vectors is that of central differences', async () => {
  const vectors: Record<keyof PromptVectors, Matrix> = { context: normal(1, d), offsets: normal(k, d) }
  const plainLoss = ({ context, offsets }: Record<keyof PromptVectors, Float64Array>): number => {
    const moved = rowsOf(texts.prototypes).map((t, y) => unit(t.map((v, j) => v + context[j]! + offsets[y * d + j]!)))
    return rowsOf(points).reduce((sum, x, i) => {
      const logits = moved.map((t) => scale * dot(x, t))
      return sum + logSumExp(logits) - dot([...row(soft, i)], logits)
    }, 0)
  }
  const { loss, gradient } = await promptVectorsLoss(vectors, texts, points, soft)
  const plain = { context: Float64Array.from(vectors.context.data), offsets: Float64Array.from(vectors.offsets.data) }
  expect(loss).toBeCloseTo(plainLoss(plain), 3)
  expectGradient({ ...gradient }, vectors, plainLoss)
})
