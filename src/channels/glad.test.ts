import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, row } from '../tensor/matrix.ts'
import { glad } from './glad.ts'
import { votesFromColumns, type Votes } from './votes.ts'

/** 150 items of `k` classes, drawn from the model itself. */
function crowd(seed: number, abilities: readonly number[], k = 3) {
  const rng = makeRng(seed, 'glad')
  const truth = Int32Array.from({ length: 150 }, () => rng.below(k))
  const easiness = Float64Array.from(truth, () => Math.exp(1 + 0.7 * rng.normal()))
  const columns = abilities.map((ability) =>
    truth.map((y, i) => {
      const right = rng.uniform() < 1 / (1 + Math.exp(-ability * easiness[i]!))
      return right ? y : (y + 1 + rng.below(k - 1)) % k
    }),
  )
  return { truth, easiness, votes: votesFromColumns(columns, k) }
}

test('abilities come out in their order, and the labels better than those of most annotators', () => {
  const abilities = [1.5, 1, 0.5, 0.25, 0, -0.5]
  const { truth, votes } = crowd(1, abilities)
  const { ability, posterior } = glad(votes)
  expect([...ability].map((_, a) => a).toSorted((a, b) => ability[b]! - ability[a]!)).toEqual([0, 1, 2, 3, 4, 5])
  expect(argmaxRows(posterior).filter((y, i) => y === truth[i]).length / 150).toBeGreaterThan(0.9)
})

test('items on which annotators disagree come out harder', () => {
  const columns = Array.from({ length: 7 }, (_, a) =>
    Int32Array.from({ length: 30 }, (__, i) => (i < 25 ? i % 2 : a % 2)),
  )
  const { easiness } = glad(votesFromColumns(columns, 2))
  expect(Math.min(...easiness.subarray(0, 25))).toBeGreaterThan(Math.max(...easiness.subarray(25)))
})

/** Derivatives of the expected log-likelihood in abilities and log-easiness, with their priors N(1, 1), as the paper has them. */
function slopes(votes: Votes, { posterior, ability, easiness }: ReturnType<typeof glad>): number[] {
  const inAbility = [...ability].map((alpha) => 1 - alpha)
  const inLogEasiness = [...easiness].map((beta) => 1 - Math.log(beta))
  votes.item.forEach((i, v) => {
    const a = votes.annotator[v]!
    const x = ability[a]! * easiness[i]!
    const surplus = row(posterior, i)[votes.label[v]!]! - 1 / (1 + Math.exp(-x))
    inAbility[a]! += surplus * easiness[i]!
    inLogEasiness[i]! += surplus * x
  })
  return [...inAbility, ...inLogEasiness]
}

test('where it settles, no ability and no easiness wants to move', () => {
  const { votes } = crowd(2, [1, 0.7, 0.4, -0.3])
  const settled = glad(votes, { maxIterations: 300, tolerance: 0 })
  expect(Math.max(...slopes(votes, settled).map(Math.abs))).toBeLessThan(1e-3)
})

test('no round ever lowers the objective', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.double({ min: -2, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 }),
      (seed, abilities) => {
        const { votes } = crowd(seed, abilities, 2)
        const after = (maxIterations: number): number =>
          glad(votes, { maxIterations, tolerance: 0, sweeps: 2 }).logLikelihood
        const values = [1, 2, 3, 8].map(after)
        values.slice(1).forEach((value, at) => expect(value).toBeGreaterThanOrEqual(values[at]! - 1e-9))
      },
    ),
    { numRuns: 30 },
  )
})

test('an item without votes gets the prior, and a prior that is none is refused', () => {
  const prior = Float64Array.of(0.25, 0.75)
  const { posterior } = glad(votesFromColumns([Int32Array.of(0, 1, -1)], 2), { prior })
  expect([...row(posterior, 2)]).toEqual([0.25, 0.75])
  expect(() => glad(votesFromColumns([Int32Array.of(0)], 3), { prior })).toThrow(
    expect.objectContaining({ code: 'length-mismatch' }),
  )
  for (const none of [
    [0, 0],
    [-1, 2],
    [NaN, 1],
    [3, 1],
  ]) {
    expect(() => glad(votesFromColumns([Int32Array.of(0)], 2), { prior: Float64Array.from(none) })).toThrow(
      expect.objectContaining({ code: 'bad-probability' }),
    )
  }
})
