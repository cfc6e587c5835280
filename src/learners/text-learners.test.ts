import { describe, expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import type { ClassTexts } from './class-texts.ts'
import { contrastiveTuning } from './contrastive-tuning.ts'
import { labelEvidence } from './evidence.ts'
import type { Learner } from './learner.ts'
import { promptVectors } from './prompt-vectors.ts'
import { textProbe } from './text-probe.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

/** Three classes at the corners of a cube, and what their names are thought to look like: the next corner as well, and a direction of no meaning. */
const truth = matrix(3, 4, Float32Array.of(1, 0, 0, 0.5, 0, 1, 0, 0.5, 0, 0, 1, 0.5))
const texts = matrix(3, 4, Float32Array.of(2, 2.4, 0, 2, 0, 2, 2.4, 2, 2.4, 0, 2, 2))

function items(n: number, seed: number, spread = 0.2): { features: Matrix; labels: Int32Array } {
  const rng = makeRng(seed, 'items')
  const features = matrix(n, 4)
  const labels = Int32Array.from({ length: n }, (_, i) => i % 3)
  for (let i = 0; i < n; i++) {
    row(features, i).set(row(truth, labels[i]!).map((value) => 5 * (value + spread * rng.normal())))
  }
  return { features, labels }
}

const makers: Readonly<Record<string, (of: ClassTexts) => Learner>> = {
  textProbe,
  promptVectors: (of) => promptVectors({ ...of, weightDecay: 0.01, learningRate: 0.01 }),
  contrastiveTuning: (of) => contrastiveTuning({ ...of, weightDecay: 0.01, learningRate: 0.01 }),
}

/** `softmax(scale · cos)` in plain loops. */
function zeroShot(points: Matrix, scale: number): number[] {
  const [x, t] = [unitRows(points), unitRows(texts)]
  return Array.from({ length: x.rows }, (_, i) => {
    const weights = [0, 1, 2].map((y) => Math.exp(scale * row(x, i).reduce((sum, v, j) => sum + v * row(t, y)[j]!, 0)))
    return weights.map((weight) => weight / weights.reduce((sum, other) => sum + other))
  }).flat()
}

describe.each(Object.entries(makers))('%s', (_, make) => {
  const taught = items(45, 1)
  const fresh = items(300, 2)
  const evidence = labelEvidence(taught.labels, 3)

  test('taught nothing, it is the zero-shot classifier, whatever the lengths of items and texts', async () => {
    const predict = await make({ prototypes: texts, scale: 9 })({
      features: matrix(0, 4),
      evidence: matrix(0, 3),
      rng: makeRng(1),
    })
    const { data } = await predict(fresh.features)
    zeroShot(fresh.features, 9).forEach((p, at) => expect(data[at]).toBeCloseTo(p, 5))
    expect(await predict(matrix(0, 4))).toEqual(matrix(0, 3))
  })

  test('examples make it better than the texts alone, on items it has not seen, and equal seeds give equal bits', async () => {
    const task = { features: taught.features, evidence }
    const right = (probs: Matrix) => argmaxRows(probs).filter((y, i) => y === fresh.labels[i]).length
    const learner = make({ prototypes: texts, scale: 20 })
    const [one, two] = [await learner({ ...task, rng: makeRng(3) }), await learner({ ...task, rng: makeRng(3) })]
    const probs = await one(fresh.features)
    expect(await two(fresh.features)).toEqual(probs)
    for (let i = 0; i < 300; i++) expect(row(probs, i).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5)
    expect(right(probs)).toBeGreaterThan(right(matrix(300, 3, Float32Array.from(zeroShot(fresh.features, 20)))) + 5)
  })

  test('what is half known teaches too: every other item is known to be of one of two classes', async () => {
    const half = labelEvidence(taught.labels, 3)
    for (let i = 0; i < 45; i += 2) row(half, i)[(taught.labels[i]! + 1) % 3] = 0
    const predict = await make({ prototypes: texts, scale: 20 })({
      features: taught.features,
      evidence: half,
      rng: makeRng(1),
    })
    const right = argmaxRows(await predict(fresh.features)).filter((y, i) => y === fresh.labels[i]).length
    expect(right / 300).toBeGreaterThan(0.9)
  })

  test('items, classes and numbers that do not fit are refused', async () => {
    const rng = makeRng(1)
    const learner = make({ prototypes: texts })
    const { features } = taught
    await expect(learner({ features, evidence: matrix(45, 4), rng })).rejects.toEqual(code('bad-shape'))
    await expect(learner({ features: matrix(45, 3), evidence, rng })).rejects.toEqual(code('bad-shape'))
    await expect(learner({ features: matrix(44, 4), evidence, rng })).rejects.toEqual(code('length-mismatch'))
    const broken = matrix(45, 4, features.data.with(2, NaN))
    await expect(learner({ features: broken, evidence, rng })).rejects.toEqual(code('bad-feature-value'))
    const predict = await learner({ features, evidence, rng })
    await expect(predict(broken)).rejects.toEqual(code('bad-feature-value'))
    await expect(predict(matrix(1, 3))).rejects.toEqual(code('bad-shape'))
    for (const scale of [0, NaN, Infinity]) expect(() => make({ prototypes: texts, scale })).toThrow(code('bad-option'))
    for (const value of [0, NaN, Infinity]) {
      const prototypes = matrix(3, 4, Float32Array.from(texts.data))
      row(prototypes, 1).fill(value)
      expect(() => make({ prototypes })).toThrow(code('bad-option'))
    }
  })
})

test('the stronger the penalty, the nearer the probe stays to the texts', async () => {
  const { features, labels } = items(30, 4)
  const zero = zeroShot(features, 10)
  const distances: number[] = []
  for (const l2 of [0.01, 1, 100, 1e6]) {
    const learner = textProbe({ prototypes: texts, scale: 10, l2 })
    const predict = await learner({ features, evidence: labelEvidence(labels, 3), rng: makeRng(1) })
    distances.push((await predict(features)).data.reduce((sum, p, at) => sum + Math.abs(p - zero[at]!), 0))
  }
  expect(distances).toEqual(distances.toSorted((a, b) => b - a))
  expect(distances.at(-1)).toBeLessThan(1e-3)
})

test('a label that the texts deny by a hundred nats still teaches', async () => {
  // At scale 100 the first class's items are 80 nats nearer to their own text than to the one they are labelled with.
  const prototypes = matrix(2, 2, Float32Array.of(1, 0, 0.2, 0.98))
  const features = matrix(6, 2, Float32Array.of(1, 0, 1, 0.01, 1, 0.02, 1, 0, 1, 0.01, 1, 0.02))
  const evidence = labelEvidence([1, 1, 1, 1, 1, 1], 2)
  const predict = await textProbe({ prototypes, l2: 0.001 })({ features, evidence, rng: makeRng(1) })
  expect([...argmaxRows(await predict(features))]).toEqual([1, 1, 1, 1, 1, 1])
})
