import { expect, test } from 'vitest'
import { makeOracle } from '../../../annotators/oracle.ts'
import { makeRng } from '../../../core/rng.ts'
import { makeTaxonomy } from '../../../core/taxonomy.ts'
import { dealFolds } from '../../../learners/out-of-fold.ts'
import { matrix } from '../../../tensor/matrix.ts'
import { estimateGains } from './estimate-gains.ts'
import { weakTransition } from './weak-transition.ts'

const taxonomy = makeTaxonomy(['bee', 'moth'].map((name) => ({ name })))
const n = 60
const rng = makeRng(1)
const truth = Int32Array.from({ length: n }, (_, i) => i % 2)
const features = matrix(n, 2)
truth.forEach((y, i) => (features.data[2 * i] = (y === 0 ? -1 : 1) + 0.5 * rng.normal()))
const pool = { features, folds: dealFolds(n, makeRng(1)), k: 2 }
const level = taxonomy.levels[0]!
const annotator = makeOracle({
  id: 'model',
  price: { kind: 'answer', amount: 1 },
  questions: [{ kind: 'classify', level: 'class' }],
  trusted: false,
  labels: 'truth',
  taxonomy,
  seed: 1,
})

/** Of the first `full` items people gave the class, of the next `weak` the model did. */
const gains = (full: number, weak: number) =>
  estimateGains(
    pool,
    truth.map((y, i) => (i < full ? y : -1)),
    {
      model: { annotator, level },
      said: truth.map((y, i) => (i >= full && i < full + weak ? y : -1)),
      usableShare: 1,
      unusable: 0,
      transition: weakTransition({ truth, said: truth }, 2),
    },
    makeRng(2),
  )

test.each([
  [0, 0],
  [0, 40],
  [1, 40],
  [4, 40],
  [30, 3],
])('of %i labels of people and %i of a model, no gain can be told', async (full, weak) => {
  expect(await gains(full, weak)).toEqual({ weak: 1, full: 1 })
})

test('gains are numbers from 0, and one of them is above it', async () => {
  const { weak, full } = await gains(30, 20)
  expect(Math.min(weak, full)).toBeGreaterThanOrEqual(0)
  expect(Math.max(weak, full)).toBeGreaterThan(0)
  expect(Number.isFinite(full)).toBe(true)
})
