import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, softmaxRows } from '../tensor/matrix.ts'
import { mixRandom } from './mix-random.ts'
import type { PoolView, QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'
import { queryStrategies, strategyNames, strategyWords } from './strategies.ts'
import { subsample } from './subsample.ts'

const contestants: readonly (readonly [string, QueryStrategy])[] = [
  ...Object.entries(queryStrategies),
  ['badge on a sample', subsample(queryStrategies.badge, 5)],
  ['galaxy on a sample', subsample(queryStrategies.galaxy, 5)],
  ['half margin, half chance', mixRandom(queryStrategies.margin, 0.5)],
]

/** Of up to 20 items and 4 classes: labels none, one, or any; probabilities and features any, or the same on every item. */
const pools: fc.Arbitrary<PoolView> = fc
  .record({
    n: fc.nat(20),
    k: fc.integer({ min: 1, max: 4 }),
    labelled: fc.constantFrom(0, 0.2, 0.8),
    labelClasses: fc.integer({ min: 1, max: 4 }),
    isUniform: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ n, k, labelled, labelClasses, isUniform, seed }) => {
    const rng = makeRng(seed, 'pool')
    const draw = (cols: number) => {
      const m = matrix(n, cols)
      for (let at = 0; at < m.data.length; at++) m.data[at] = isUniform ? 0.5 : 2 * rng.normal()
      return m
    }
    const labels = Int32Array.from({ length: n }, () =>
      rng.uniform() < labelled ? rng.below(Math.min(k, labelClasses)) : -1,
    )
    const candidates = Int32Array.from(labels.keys()).filter((item) => labels[item]! < 0 && rng.uniform() < 0.9)
    return { predProbs: softmaxRows(draw(k)), features: draw(3), labels, candidates }
  })

const copyOf = (pool: PoolView): PoolView => structuredClone(pool)

test.each(contestants)(
  '%s chooses distinct candidates, as many as there are, the same for one seed, and leaves the pool alone',
  async (_, choose) => {
    await fc.assert(
      fc.asyncProperty(pools, fc.integer({ min: -2, max: 25 }), fc.nat(), async (pool, size, seed) => {
        const before = copyOf(pool)
        const chosen = [...(await choose(pool, size, makeRng(seed)))]
        expect(chosen).toHaveLength(Math.max(0, Math.min(size, pool.candidates.length)))
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.every((item) => pool.candidates.includes(item))).toBe(true)
        expect([...(await choose(pool, size, makeRng(seed)))]).toEqual(chosen)
        expect(pool).toEqual(before)
      }),
      { numRuns: 40 },
    )
  },
)

/** Six items in two classes, the first two labelled. */
const small = (): PoolView => ({
  predProbs: matrix(6, 2, Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.5, 0.5, 0.3, 0.7, 0.8, 0.2)),
  features: matrix(6, 2, Float32Array.of(1, 0, -1, 0, 0.4, 1, 0, -1, -0.5, 1, 0.8, -1)),
  labels: Int32Array.of(0, 1, -1, -1, -1, -1),
  candidates: Int32Array.of(2, 3, 4, 5),
})

const readsProbs = [
  'entropy',
  'margin',
  'least-confidence',
  'badge',
  'cluster-margin',
  'galaxy',
  'direct',
  'tail-first',
  'pcb',
  'logo',
]
const readsFeatures = [
  'bald',
  'qbc',
  'coreset',
  'badge',
  'cluster-margin',
  'typiclust',
  'probcover',
  'alfa-mix',
  'pcb',
  'logo',
]

test('every strategy but random reads something', () => {
  expect([...new Set(['random', ...readsProbs, ...readsFeatures])].sort()).toEqual(Object.keys(queryStrategies).sort())
})

test.each([
  ...readsProbs.map((name) => [name, 'predProbs', 'bad-probability'] as const),
  ...readsFeatures.map((name) => [name, 'features', 'bad-feature-value'] as const),
])('%s refuses NaN in %s, and names the item', async (name, part, code) => {
  for (const column of [0, 1]) {
    const pool = small()
    pool[part].data[2 * 4 + column] = NaN
    const refusal = expect.objectContaining({ code, problem: expect.stringContaining('item 4') as string }) as Error
    const choose = async () => queryStrategies[name as keyof typeof queryStrategies](pool, 2, makeRng(1))
    await expect(choose()).rejects.toEqual(refusal)
  }
})

test('random draws every candidate equally often (chi-square of 9 degrees, 0.1 % point 27.9)', async () => {
  const counts = Array.from({ length: 10 }, () => 0)
  const pool = {
    predProbs: matrix(10, 1),
    features: matrix(10, 1),
    labels: new Int32Array(10).fill(-1),
    candidates: Int32Array.from(counts.keys()),
  }
  for (let seed = 0; seed < 2000; seed++)
    for (const item of await random(pool, 3, makeRng(seed, 'uniform'))) counts[item]!++
  expect(counts.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0)).toBeLessThan(27.9)
})

test('every strategy that a project may name is there, and said in a line', () => {
  expect([...strategyNames].sort()).toEqual(['information', 'iso', 'prior', ...Object.keys(queryStrategies)].sort())
  for (const name of strategyNames) expect(strategyWords[name]).toMatch(/^.{10,90}$/)
})

test.each(['coreset', 'badge', 'cluster-margin', 'typiclust', 'probcover', 'pcb', 'logo'] as const)(
  '%s chooses the same whatever the unit of the features is',
  async (name) => {
    const rng = makeRng(5, 'unit')
    const features = matrix(60, 3)
    for (let at = 0; at < features.data.length; at++) features.data[at] = rng.normal()
    const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 6 ? i % 3 : -1))
    const predProbs = matrix(60, 3)
    for (let at = 0; at < predProbs.data.length; at++) predProbs.data[at] = rng.normal()
    const pool = { predProbs: softmaxRows(predProbs), features, labels, candidates: labels.map((_, i) => i).slice(6) }
    const chosen = await queryStrategies[name](pool, 8, makeRng(1))
    for (const unit of [2 ** -80, 2 ** 80]) {
      const scaled = matrix(
        60,
        3,
        features.data.map((value) => unit * value),
      )
      expect(await queryStrategies[name]({ ...pool, features: scaled }, 8, makeRng(1))).toEqual(chosen)
    }
  },
)

test.each(Object.entries(queryStrategies))(
  '%s refuses candidates that are not ascending items of the pool, and labels that are no classes',
  async (_, choose) => {
    const expectRefusal = async (part: Partial<PoolView>) => {
      const refused = async () => choose({ ...small(), ...part }, 2, makeRng(1))
      await expect(refused()).rejects.toMatchObject({ code: 'bad-label' })
    }
    for (const candidates of [
      [2, 6],
      [-1, 2],
      [2, 2],
      [3, 2],
    ]) {
      await expectRefusal({ candidates: Int32Array.from(candidates) })
    }
    await expectRefusal({ labels: Int32Array.of(0, 2, -1, -1, -1, -1) })
  },
)
