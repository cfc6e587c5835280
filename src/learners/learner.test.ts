import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { externalLearner } from './external-learner.ts'
import type { Learner } from './learner.ts'
import { learners } from './learners.ts'
import { nearestClassMean } from './nearest-class-mean.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

/** A trainer as a user may write it: nearest class mean, in plain JavaScript. */
const trainerSource = (npy: string): string => `
import { readFileSync } from 'node:fs'
const { readNpy, writeNpy } = await import(${JSON.stringify(npy)})
const task = JSON.parse(readFileSync('task.json', 'utf8'))
const { rows, cols, data } = await readNpy(task.features)
const targets = task.targets && (await readNpy(task.targets)).data
const means = new Float64Array(task.k * cols)
const counts = new Float64Array(task.k)
readFileSync(task.train, 'utf8').trim().split('\\n').slice(1).forEach((line, t) => {
  const [item, label, weight] = line.split(',').map(Number)
  for (let y = 0; y < task.k; y++) {
    const share = weight * (targets ? targets[t * task.k + y] : Number(y === label))
    counts[y] += share
    for (let f = 0; f < cols; f++) means[y * cols + f] += share * data[item * cols + f]
  }
})
const probs = new Float32Array(rows * task.k)
for (let i = 0; i < rows; i++) {
  let sum = 0
  for (let y = 0; y < task.k; y++) {
    let squared = 0
    for (let f = 0; f < cols; f++) squared += (data[i * cols + f] - means[y * cols + f] / counts[y]) ** 2
    sum += probs[i * task.k + y] = counts[y] > 1e-6 ? Math.exp(-squared) : 0
  }
  for (let y = 0; y < task.k; y++) probs[i * task.k + y] /= sum
}
await writeNpy(task.predictions, { rows, cols: task.k, data: probs })
`

let folder = ''
const trainer = () => join(folder, 'trainer.mjs')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-learner-'))
  const npy = pathToFileURL(join(import.meta.dirname, '../tensor/npy.ts')).href
  await writeFile(trainer(), trainerSource(npy))
})
afterAll(() => rm(folder, { recursive: true }))

const all: readonly (readonly [name: string, learner: Learner])[] = [
  ...Object.entries(learners),
  ['nearest-class-mean (euclidean)', nearestClassMean({ metric: 'euclidean' })],
  ['external', (task) => externalLearner({ command: [process.execPath, trainer()] })(task)],
]

/** Items around the corners of a simplex, item `i` at corner `i % k`. */
function clouds(n: number, k: number, seed: number): { features: Matrix; labels: Int32Array } {
  const rng = makeRng(seed, 'clouds')
  const features = matrix(n, k)
  for (let at = 0; at < features.data.length; at++) features.data[at] = 0.1 * rng.normal()
  const labels = Int32Array.from({ length: n }, (_, i) => i % k)
  labels.forEach((label, i) => (row(features, i)[label]! += 1))
  return { features, labels }
}

function expectProbabilities(probs: Matrix, n: number, k: number): void {
  expect([probs.rows, probs.cols]).toEqual([n, k])
  for (let i = 0; i < n; i++) {
    expect(row(probs, i).every((p) => p >= 0 && p <= 1.000001)).toBe(true)
    expect(row(probs, i).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
  }
}

describe.each(all)('learner %s', (_, learner) => {
  const [taught, fresh] = [clouds(30, 3, 1), clouds(12, 3, 2)]
  const evidence = labelEvidence(taught.labels, 3)

  test('tells classes apart that are apart, on items it has not seen, and equal seeds give equal bits', async () => {
    const predictions: Matrix[] = []
    for (let run = 0; run < 2; run++) {
      const predict = await learner({ features: taught.features, evidence, rng: makeRng(7) })
      predictions.push(await predict(fresh.features))
    }
    expectProbabilities(predictions[0]!, 12, 3)
    expect(argmaxRows(predictions[0]!)).toEqual(fresh.labels)
    expect(predictions[1]).toEqual(predictions[0])
  })

  test('one example of each class is enough, and no items get no predictions', async () => {
    const { features, labels } = clouds(3, 3, 3)
    const predict = await learner({ features, evidence: labelEvidence(labels, 3), rng: makeRng(1) })
    expect(argmaxRows(await predict(fresh.features))).toEqual(fresh.labels)
    expectProbabilities(await predict(matrix(0, 3)), 0, 3)
  })

  test('where all examples are of one class it is the likeliest, and where it is the only one it is certain', async () => {
    const { features } = clouds(4, 3, 4)
    const oneOfThree = await learner({ features, evidence: labelEvidence([2, 2, 2, 2], 3), rng: makeRng(1) })
    const probs = await oneOfThree(features)
    expectProbabilities(probs, 4, 3)
    expect([...argmaxRows(probs)]).toEqual([2, 2, 2, 2])
    const only = await learner({ features, evidence: labelEvidence([0, 0, 0, 0], 1), rng: makeRng(1) })
    expect([...(await only(features)).data]).toEqual([1, 1, 1, 1])
  })

  test('what is half known teaches too: one class is labelled, of the others it is known which they are not', async () => {
    const half = labelEvidence(taught.labels, 3)
    for (let i = 0; i < 30; i += 2) row(half, i)[(taught.labels[i]! + 1) % 3] = 0
    const predict = await learner({ features: taught.features, evidence: half, rng: makeRng(1) })
    expect(argmaxRows(await predict(fresh.features))).toEqual(fresh.labels)
  })

  test('features and evidence that cannot be meant are refused', async () => {
    const rng = makeRng(1)
    const broken = matrix(30, 3, taught.features.data.with(4, NaN))
    await expect(learner({ features: broken, evidence, rng })).rejects.toEqual(code('bad-feature-value'))
    await expect(learner({ features: fresh.features, evidence, rng })).rejects.toEqual(code('length-mismatch'))
    const contradiction = matrix(30, 3, evidence.data.slice())
    row(contradiction, 5).fill(-Infinity)
    await expect(learner({ features: taught.features, evidence: contradiction, rng })).rejects.toEqual(
      code('not-finite'),
    )
    const unknown = matrix(30, 3, evidence.data.with(4, NaN))
    await expect(learner({ features: taught.features, evidence: unknown, rng })).rejects.toEqual(code('not-finite'))

    const predict = await learner({ features: taught.features, evidence, rng })
    await expect(predict(broken)).rejects.toEqual(code('bad-feature-value'))
    await expect(predict(matrix(2, 5))).rejects.toEqual(code('bad-shape'))
  })
})

test.each(Object.entries(learners))('%s, taught nothing, says that every class is as likely', async (_, learner) => {
  const predict = await learner({ features: matrix(0, 2), evidence: matrix(0, 4), rng: makeRng(1) })
  for (const p of (await predict(matrix(2, 2, Float32Array.of(1, 2, 3, 4)))).data) expect(p).toBeCloseTo(0.25, 6)
})

test('a program that is given names of other classes than the evidence has is not run', async () => {
  const learner = externalLearner({ command: [join(folder, 'no-such-program')] }, ['bee', 'moth'])
  const task = { features: matrix(1, 2), evidence: labelEvidence([0], 3), rng: makeRng(1) }
  await expect(learner(task)).rejects.toEqual(code('length-mismatch'))
})
