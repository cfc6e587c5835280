import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { cacheHead } from './cache-head.ts'
import { labelEvidence } from './evidence.ts'

const task = {
  features: matrix(3, 2, Float32Array.of(2, 0, 0, 5, 3, 4)),
  evidence: labelEvidence([0, 1, 1], 2),
  rng: makeRng(1),
}
const item = matrix(1, 2, Float32Array.of(4, 3))
const softmax = (a: number, b: number): number => 1 / (1 + Math.exp(b - a))

test('examples vote by how alike they are, and the prior is added (hand calculation)', async () => {
  // Cosines of (4, 3) with (1, 0), (0, 1), (3, 4): 0.8, 0.6, 0.96.
  const cached = [Math.exp(-2 * 0.2), Math.exp(-2 * 0.4) + Math.exp(-2 * 0.04)] as const
  const alone = await cacheHead({ alpha: 3, beta: 2 })(task)
  expect((await alone(item)).data[0]).toBeCloseTo(softmax(3 * cached[0], 3 * cached[1]), 5)
  const priorLogits = async () => matrix(1, 2, Float32Array.of(2, -1))
  const beside = await cacheHead({ alpha: 3, beta: 2, priorLogits })(task)
  expect((await beside(item)).data[0]).toBeCloseTo(softmax(3 * cached[0] + 2, 3 * cached[1] - 1), 5)
})

test('where examples count for nothing, the prior alone speaks', async () => {
  const priorLogits = async () => matrix(1, 2, Float32Array.of(0, 1))
  const predict = await cacheHead({ alpha: 0, priorLogits })(task)
  expect((await predict(item)).data[0]).toBeCloseTo(softmax(0, 1), 6)
})

test('the larger beta, the more the nearest example decides', async () => {
  const atClassZero = matrix(1, 2, Float32Array.of(1, 0.1))
  const sure: number[] = []
  for (const beta of [1, 5.5, 30]) sure.push((await (await cacheHead({ beta })(task))(atClassZero)).data[0]!)
  expect(sure).toEqual(sure.toSorted((a, b) => a - b))
})

test('prior logits of another shape are refused', async () => {
  const predict = await cacheHead({ priorLogits: async () => matrix(1, 3) })(task)
  await expect(predict(item)).rejects.toMatchObject({ code: 'bad-shape' })
})

test('prior logits that are no numbers are refused', async () => {
  const learner = cacheHead({ priorLogits: async ({ rows }) => matrix(rows, 2, new Float32Array(2 * rows).fill(NaN)) })
  const predict = await learner({ features: matrix(1, 1), evidence: matrix(1, 2), rng: makeRng(1) })
  await expect(predict(matrix(1, 1))).rejects.toEqual(expect.objectContaining({ code: 'not-finite' }))
})
