import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, row, type Matrix } from '../tensor/matrix.ts'
import { dawidSkene } from './dawid-skene.ts'
import { votesFromColumns, type Votes } from './votes.ts'

/** 8 items by 3 annotators, `-` where there is no vote; the numbers expected of it are worked out in float64 by a separate program. */
const example = ['00-', '111', '202', '-10', '0--', '221', '11-', '000']
const exampleVotes = votesFromColumns(
  [0, 1, 2].map((a) => Int32Array.from(example, (said) => (said[a] === '-' ? -1 : Number(said[a])))),
  3,
)
const near = (values: ArrayLike<number>, expected: readonly number[], digits: number): void =>
  expected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, digits))

test('one round on the worked example gives its numbers', () => {
  const { posterior } = dawidSkene(exampleVotes, { maxIterations: 1 })
  near(row(posterior, 2), [0.146898, 0, 0.853102], 6)
  near(row(posterior, 3), [0.448052, 0.551948, 0], 6)
  near(row(posterior, 5), [0, 0.094118, 0.905882], 6)
})

test('fifty rounds on the worked example make two items sure and leave one moving', () => {
  const { posterior, prior, iterations } = dawidSkene(exampleVotes, { maxIterations: 50, tolerance: 0 })
  expect(iterations).toBe(50)
  near(row(posterior, 2), [0, 0, 1], 6)
  near(row(posterior, 3), [0.0601, 0.9399, 0], 4)
  near(row(posterior, 5), [0, 0, 1], 6)
  near(prior, [0.3827, 0.3673, 0.25], 4)
})

/** The textbook's rounds, in logarithms and nested arrays. */
function reference(votes: Votes, known: Int32Array, rounds: number, smoothing: number) {
  const { items, annotators, classes: k } = votes
  const ballots = Array.from({ length: items }, (_, i) =>
    Array.from({ length: votes.offsets[i + 1]! - votes.offsets[i]! }, (__, at) => votes.offsets[i]! + at),
  )
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const classes = Array.from({ length: k }, (_, y) => y)
  const oneHot = (truth: number): number[] => classes.map((y) => Number(y === truth))
  let q = ballots.map((cast, i) =>
    known[i]! >= 0
      ? oneHot(known[i]!)
      : classes.map((y) => cast.filter((v) => votes.label[v] === y).length / cast.length),
  )
  let logLikelihood = 0
  for (let round = 0; round < rounds; round++) {
    const voted = ballots.filter((cast) => cast.length > 0).length
    const prior = classes.map((y) => sum(ballots.map((cast, i) => (cast.length > 0 ? q[i]![y]! : 0))) / voted)
    const confusion = Array.from({ length: annotators }, (_, a) =>
      classes.map((y) => {
        const counts = classes.map((said) =>
          Math.max(
            1e-10,
            smoothing +
              sum([...votes.item].map((i, v) => (votes.annotator[v] === a && votes.label[v] === said ? q[i]![y]! : 0))),
          ),
        )
        return counts.map((count) => count / sum(counts))
      }),
    )
    logLikelihood = 0
    q = ballots.map((cast, i) => {
      if (cast.length === 0) return known[i]! >= 0 ? oneHot(known[i]!) : prior
      const logs = classes.map(
        (y) =>
          Math.log(prior[y]!) + sum(cast.map((v) => Math.log(confusion[votes.annotator[v]!]![y]![votes.label[v]!]!))),
      )
      const max = Math.max(...logs)
      const weights = logs.map((log) => Math.exp(log - max))
      const truth = known[i]!
      logLikelihood += truth >= 0 ? logs[truth]! : max + Math.log(sum(weights))
      return truth >= 0 ? oneHot(truth) : weights.map((weight) => weight / sum(weights))
    })
  }
  return { q, logLikelihood }
}

test('products of probabilities give what sums of logarithms give, for few votes and many', () => {
  const scenes = fc.record({
    seed: fc.nat(),
    annotators: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 2, max: 7 }),
  })
  fc.assert(
    fc.property(scenes, fc.constantFrom(0, 0.1), ({ seed, annotators, k }, smoothing) => {
      const rng = makeRng(seed, 'dawid-skene')
      const truth = Int32Array.from({ length: 12 }, () => rng.below(k))
      const columns = Array.from({ length: annotators }, (_, a) =>
        truth.map((y) => (a > 0 && rng.uniform() < 0.3 ? -1 : rng.uniform() < 0.6 ? y : rng.below(k))),
      )
      const votes = votesFromColumns(columns, k)
      const known = truth.map((y) => (rng.uniform() < 0.2 ? y : -1))
      const found = dawidSkene(votes, { maxIterations: 4, tolerance: 0, known, smoothing })
      const { q, logLikelihood } = reference(votes, known, 4, smoothing)
      q.forEach((expected, i) => near(row(found.posterior, i), expected, 5))
      expect(found.logLikelihood).toBeCloseTo(logLikelihood, 6)
    }),
    { numRuns: 40 },
  )
})

/** 400 items of 3 classes, 5 votes each by annotators who are right at these rates; the last answers 1 for 0 and 0 for 1. */
function crowd(seed: number, skills: readonly number[]) {
  const rng = makeRng(seed, 'crowd')
  const truth = Int32Array.from({ length: 400 }, () => rng.below(3))
  const columns = skills.map((skill) => truth.map((y) => (rng.uniform() < skill ? y : (y + 1 + rng.below(2)) % 3)))
  columns.push(truth.map((y) => (y === 2 ? 2 : 1 - y)))
  return { truth, votes: votesFromColumns(columns, 3) }
}
const accuracy = ({ rows, ...m }: Matrix, truth: Int32Array): number =>
  argmaxRows({ rows, ...m }).filter((y, i) => y === truth[i]).length / rows

test('an annotator who always swaps two classes is as good as one who is always right', () => {
  const { truth, votes } = crowd(1, [0.8, 0.8, 0.7, 0.7])
  const { posterior, confusions } = dawidSkene(votes)
  expect(accuracy(posterior, truth)).toBeGreaterThan(0.95)
  expect(row(confusions, 4 * 3)[1]).toBeGreaterThan(0.9)
  expect(row(confusions, 4 * 3 + 1)[0]).toBeGreaterThan(0.9)
})

test('one coin finds the rate at which each annotator is right', () => {
  const { truth, votes } = crowd(2, [0.9, 0.8, 0.7, 0.6])
  const { posterior, confusions } = dawidSkene(votes, { model: 'one-coin' })
  ;[0.9, 0.8, 0.7, 0.6, 1 / 3].forEach((skill, a) =>
    expect(Math.abs(confusions.data[a * 9]! - skill)).toBeLessThan(0.1),
  )
  for (let r = 0; r < confusions.rows; r++) expect(row(confusions, r).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5)
  expect(accuracy(posterior, truth)).toBeGreaterThan(0.9)
})

test.each(['full', 'one-coin'] as const)('more rounds never lower the likelihood: %s', (model) => {
  const { votes } = crowd(3, [0.8, 0.6, 0.5, 0.5])
  const after = (maxIterations: number): number =>
    dawidSkene(votes, { model, maxIterations, tolerance: 0 }).logLikelihood
  const values = [1, 2, 3, 5, 10, 20].map(after)
  expect(values.toSorted((a, b) => a - b)).toEqual(values)
})

test.each(['full', 'one-coin'] as const)(
  'what is known stays so and teaches the rest, and no vote means the prior: %s',
  (model) => {
    const liars = votesFromColumns(
      [1, 2, 3].map(() => Int32Array.of(0, 0, 1, 1, 0, 1, 0, -1, -1)),
      2,
    )
    const known = Int32Array.of(1, 1, 0, 0, -1, -1, -1, 1, -1)
    const { posterior, prior } = dawidSkene(liars, { known, model })
    expect([...argmaxRows(posterior).subarray(0, 8)]).toEqual([1, 1, 0, 0, 1, 0, 1, 1])
    expect(posterior.data[7 * 2 + 1]).toBe(1)
    near(row(posterior, 8), [...prior], 6)
  },
)

test('known classes that do not fit, no votes, no rounds and votes below 0 are refused', () => {
  const refused = (known: Int32Array, code: string) =>
    expect(() => dawidSkene(exampleVotes, { known })).toThrow(expect.objectContaining({ code }))
  refused(new Int32Array(7), 'length-mismatch')
  refused(new Int32Array(8).fill(3), 'bad-votes')
  expect(() => dawidSkene(votesFromColumns([Int32Array.of(-1)], 2))).toThrow(/no votes/)
  for (const options of [{ maxIterations: 0 }, { maxIterations: NaN }, { smoothing: -1 }]) {
    expect(() => dawidSkene(exampleVotes, options)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  }
})
