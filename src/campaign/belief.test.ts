import { expect, test } from 'vitest'
import type { Testimony } from '../channels/testimony.ts'
import { makeRng, permutation, type Rng } from '../core/rng.ts'
import { makeTaxonomy, type Taxonomy, type TaxonomyLevel } from '../core/taxonomy.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { believe, expectedAccuracy, highest, type Belief } from './belief.ts'
import type { Pool } from './pool.ts'
import type { Hearing } from './hearing.ts'
import { shareRight } from './simulation/scores.ts'

const [n, d, k] = [240, 8, 4]
const taxonomy: Taxonomy = makeTaxonomy([
  { name: 'g0', classes: [{ name: 'c0' }, { name: 'c1' }] },
  { name: 'g1', classes: [{ name: 'c2' }, { name: 'c3' }] },
])
const [groups, fine] = taxonomy.levels as [TaxonomyLevel, TaxonomyLevel]
const seeds = [1, 2, 3, 4, 5, 6]

/** Overlapping clouds in `d` dimensions, and people who labelled 40 random items. */
function world(seed: number) {
  const rng = makeRng(seed, 'world')
  const truth = Int32Array.from({ length: n }, () => rng.below(k))
  const features = cloudsOf(truth, rng)
  const trusted = new Int32Array(n).fill(-1)
  const random = new Uint8Array(n)
  for (const i of permutation(n, rng).subarray(0, 40)) {
    trusted[i] = truth[i]!
    random[i] = 1
  }
  const pool: Pool = { features, folds: dealFolds(n, rng), k }
  const hearing = (...weak: Testimony[]): Hearing => ({ trusted, denied: new Map(), random, weak })
  return { rng, truth, pool, trusted, hearing }
}
function cloudsOf(truth: Int32Array, rng: Rng): Matrix {
  const features = matrix(
    truth.length,
    d,
    Float32Array.from({ length: truth.length * d }, () => 0.35 * rng.normal()),
  )
  truth.forEach((y, i) => (row(features, i)[y]! += 0.6))
  return features
}
const says = (annotator: string, said: Int32Array, level = fine): Testimony => ({ annotator, level, said })
const accuracy = ({ posterior }: Belief, truth: Int32Array): number => shareRight(argmaxRows(posterior), truth)
const recall = ({ posterior }: Belief, truth: Int32Array, y: number): number => {
  const guesses = argmaxRows(posterior)
  return truth.filter((is, i) => is === y && guesses[i] === y).length / truth.filter((is) => is === y).length
}
const logLikelihood = ({ posterior }: Belief, truth: Int32Array): number =>
  truth.reduce((sum, y, i) => sum + Math.log(Math.max(1e-9, posterior.data[i * k + y]!)), 0) / n

test('before anybody trusted has answered, everything is equally likely', async () => {
  const { pool, hearing, truth } = world(1)
  const blank = { ...hearing(says('vlm', truth)), trusted: new Int32Array(n).fill(-1) }
  const { posterior, channels, head } = await believe(pool, blank)
  expect([channels, head]).toEqual([[], null])
  expect(new Set(posterior.data)).toEqual(new Set([0.25]))
  expect(expectedAccuracy(posterior)).toBe(0.25)
})

test("people's labels stand, and every row is a distribution", async () => {
  const { pool, hearing, truth, trusted } = world(2)
  const { posterior } = await believe(pool, hearing(says('vlm', truth)))
  for (let i = 0; i < n; i++) {
    expect(row(posterior, i).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
    if (trusted[i]! >= 0) expect(row(posterior, i)[trusted[i]!]).toBe(1)
  }
  expect(
    highest(
      posterior,
      trusted.findIndex((y) => y >= 0),
    ),
  ).toBe(1)
})

test('an annotator that is right four times of five makes the labels better than people alone', async () => {
  let [alone, together] = [0, 0]
  for (const seed of seeds) {
    const { rng, pool, hearing, truth } = world(seed)
    const said = truth.map((y) => (rng.uniform() < 0.8 ? y : rng.below(k)))
    alone += accuracy(await believe(pool, hearing()), truth) / seeds.length
    const belief = await believe(pool, hearing(says('vlm', said)))
    expect(belief.channels[0]!.weight).toBeGreaterThan(0)
    together += accuracy(belief, truth) / seeds.length
  }
  expect(together).toBeGreaterThan(alone + 0.05)
})

test('an annotator that knows only the groups helps too', async () => {
  let gain = 0
  for (const seed of seeds) {
    const { pool, hearing, truth } = world(seed)
    const heard = await believe(
      pool,
      hearing(
        says(
          'vlm',
          truth.map((y) => groups.groupOf[y]!),
          groups,
        ),
      ),
    )
    gain += (accuracy(heard, truth) - accuracy(await believe(pool, hearing()), truth)) / seeds.length
  }
  expect(gain).toBeGreaterThan(0.02)
})

test('annotators who guess, always say one class, abstain, or name nothing known make nothing worse', async () => {
  const kinds: Record<string, (rng: ReturnType<typeof makeRng>) => number> = {
    guesser: (rng) => rng.below(k),
    constant: () => 1,
    silent: () => k + 1,
    elsewhere: () => k,
  }
  // Many worlds: luck gives a guesser weight in one or two of a hundred.
  const many = Array.from({ length: 24 }, (_, seed) => seed)
  for (const [name, say] of Object.entries(kinds)) {
    let [alone, heard] = [0, 0]
    for (const seed of many) {
      const { rng, pool, hearing, truth } = world(seed)
      const said = Int32Array.from({ length: n }, () => say(rng))
      const belief = await believe(pool, hearing(says(name, said)))
      if (name !== 'guesser') expect(belief.channels[0]!.weight).toBe(0)
      alone += logLikelihood(await believe(pool, hearing()), truth) / many.length
      heard += logLikelihood(belief, truth) / many.length
    }
    expect(heard).toBeGreaterThan(alone - 0.01)
  }
})

test('an annotator that knows how sure it may be tells more by saying so, even where it exaggerates', async () => {
  let [plain, stated] = [0, 0]
  for (const seed of seeds) {
    const { rng, pool, hearing, truth } = world(seed)
    const x = Float64Array.from({ length: n }, () => rng.normal())
    const said = truth.map((y, i) => (rng.uniform() < 1 / (1 + Math.exp(-0.5 - 3 * x[i]!)) ? y : rng.below(k)))
    const confidence = Float32Array.from(x, (value) => 1 / (1 + Math.exp(-3 - value)))
    plain += logLikelihood(await believe(pool, hearing(says('vlm', said))), truth) / seeds.length
    stated += logLikelihood(await believe(pool, hearing({ ...says('vlm', said), confidence })), truth) / seeds.length
  }
  expect(stated).toBeGreaterThan(plain + 0.03)
})

test('a liar who always names the next class is no worse than silence', async () => {
  for (const seed of seeds) {
    const { pool, hearing, truth } = world(seed)
    const heard = await believe(
      pool,
      hearing(
        says(
          'liar',
          truth.map((y) => (y + 1) % k),
        ),
      ),
    )
    expect(logLikelihood(heard, truth)).toBeGreaterThan(logLikelihood(await believe(pool, hearing()), truth) - 0.01)
  }
})

test('a class that no person has met yet is recognised by open data, a fifth of which is wrong', async () => {
  let [before, found, elsewhere] = [0, 0, 0]
  for (const seed of seeds) {
    const { rng, pool, hearing, truth, trusted } = world(seed)
    truth.forEach((y, i) => y === 3 && (trusted[i] = -1))
    const shown = Int32Array.from({ length: 60 }, () => rng.below(k))
    const labels = shown.map((y) => (rng.uniform() < 0.2 ? (y + 1 + rng.below(k - 1)) % k : y))
    const alone = await believe(pool, hearing())
    const together = await believe({ ...pool, open: { features: cloudsOf(shown, rng), labels } }, hearing())
    before += recall(alone, truth, 3) / seeds.length
    found += recall(together, truth, 3) / seeds.length
    for (const y of [0, 1, 2]) elsewhere += (recall(together, truth, y) - recall(alone, truth, y)) / 3 / seeds.length
  }
  expect(before).toBeLessThan(0.2)
  expect(found).toBeGreaterThan(0.5)
  expect(elsewhere).toBeGreaterThan(-0.03)
})

test('equal answers give equal beliefs, bit for bit', async () => {
  const { pool, hearing, truth } = world(3)
  const heard = hearing(says('vlm', truth))
  expect((await believe(pool, heard)).posterior).toEqual((await believe(pool, heard)).posterior)
})

test('an annotator that was heard only where people answered has taught nothing, whatever its weight', async () => {
  for (const seed of seeds) {
    const { pool, hearing, truth, trusted } = world(seed)
    const said = truth.map((y, i) => (trusted[i]! >= 0 ? y : -1))
    const { channels, othersTeach } = await believe(pool, hearing(says('vlm', said)))
    expect([channels[0]!.weight > 0, othersTeach]).toEqual([true, false])
  }
})

test('an annotator that is right about other items teaches', async () => {
  const { pool, hearing, truth } = world(1)
  expect((await believe(pool, hearing(says('vlm', truth)))).othersTeach).toBe(true)
})
