import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, row } from '../tensor/matrix.ts'
import { mace } from './mace.ts'
import { votesFromColumns } from './votes.ts'

/** 500 items of 4 classes; each annotator means what it says at its rate, and else says mostly class 3. */
function crowd(seed: number, competences: readonly number[]) {
  const rng = makeRng(seed, 'crowd')
  const truth = Int32Array.from({ length: 500 }, () => rng.below(4))
  const byHabit = (): number => (rng.uniform() < 0.7 ? 3 : rng.below(4))
  const columns = competences.map((competence) => truth.map((y) => (rng.uniform() < competence ? y : byHabit())))
  return { truth, votes: votesFromColumns(columns, 4) }
}
const competences = [0.9, 0.7, 0.5, 0.3, 0.1, 0]

test.each(['variational', 'plain'] as const)('spammers are told from those who mean what they say: %s', (inference) => {
  const { truth, votes } = crowd(1, competences)
  const { competence, habits, posterior } = mace(votes, makeRng(1, 'mace'), { inference, restarts: 3 })
  competences.forEach((meant, a) => expect(Math.abs(competence[a]! - meant)).toBeLessThan(0.1))
  // Seven in ten times class 3, and a fourth of the rest.
  expect(row(habits, 5)[3]).toBeCloseTo(0.775, 1)
  expect(argmaxRows(posterior).filter((y, i) => y === truth[i]).length / 500).toBeGreaterThan(0.93)
})

test('maximum likelihood never falls from round to round', () => {
  const { votes } = crowd(2, competences)
  const after = (maxIterations: number): number =>
    mace(votes, makeRng(1, 'mace'), { inference: 'plain', restarts: 1, maxIterations, tolerance: 0 }).logLikelihood
  const values = [1, 2, 4, 8, 16].map(after)
  expect(values.toSorted((a, b) => a - b)).toEqual(values)
})

test('of several starts the likeliest is kept, and equal seeds give equal results', () => {
  const { votes } = crowd(3, [0.5, 0.4, 0.3])
  const from = (restarts: number) => mace(votes, makeRng(7, 'mace'), { restarts, maxIterations: 5 })
  expect(from(6).logLikelihood).toBeGreaterThanOrEqual(from(1).logLikelihood)
  expect(from(3)).toEqual(from(3))
})

test.each(['variational', 'plain'] as const)('no vote tells nothing of items and annotators: %s', (inference) => {
  const votes = votesFromColumns([Int32Array.of(0, 1, -1), Int32Array.of(0, 1, -1), Int32Array.of(-1, -1, -1)], 2)
  const { posterior, competence, habits } = mace(votes, makeRng(1, 'mace'), { restarts: 1, inference })
  expect([...row(posterior, 2)]).toEqual([0.5, 0.5])
  expect(competence[2]).toBe(0.5)
  for (let a = 0; a < 3; a++) expect(row(habits, a).reduce((sum, p) => sum + p)).toBeCloseTo(1, 6)
  expect([...row(habits, 2)]).toEqual([0.5, 0.5])
})
