import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { activeLabScores } from './active-lab.ts'
import { crowdlab } from './crowdlab.ts'
import { majorityVote } from './majority-vote.ts'
import { votesFromColumns, type Votes } from './votes.ts'

const near = (values: ArrayLike<number>, expected: readonly number[]): void =>
  expected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, 6))

// The numbers were worked out in float64 by a separate program that follows cleanlab 2.9.0.
const said = ['00-', '111', '202', '-10', '0--', '221', '11-', '000']
const votes = votesFromColumns(
  [0, 1, 2].map((a) => Int32Array.from(said, (cast) => (cast[a] === '-' ? -1 : Number(cast[a])))),
  3,
)
const rows = '.8 .1 .1  .1 .8 .1  .2 .2 .6  .3 .6 .1  .5 .3 .2  .1 .3 .6  .3 .4 .3  .7 .2 .1'.split(/ +/)
const predProbs = matrix(8, 3, Float32Array.from(rows, Number))

test('the worked example has its consensus, qualities and weights', () => {
  const found = crowdlab(votes, predProbs)
  expect([...found.consensus]).toEqual([0, 1, 2, 1, 0, 2, 1, 0])
  near(found.quality, [0.813226, 0.814835, 0.605632, 0.585911, 0.598885, 0.643825, 0.571932, 0.759339])
  near(found.agreement, [1, 1, 0.666667, 0.5, 1, 0.666667, 1, 1])
  near(found.weights.models, [1.541104])
  near(found.weights.annotators, [0.65, 0.363636, 0.222222])
  near(found.annotatorQuality, [0.808431, 0.720422, 0.570894])
  const voteOf = (i: number, a: number): number =>
    votes.item.findIndex((item, v) => item === i && votes.annotator[v] === a)
  near(
    [voteOf(2, 1), voteOf(3, 2), voteOf(5, 2)].map((v) => found.labelQuality[v]!),
    [0.246289, 0.31868, 0.263592],
  )
})

test('one more vote is worth most where the label is least sure', () => {
  // By hand from the qualities above; for item 0: (2.554740 · .813226 + .411953 / 3) / (2.554740 + .411953).
  near(activeLabScores(votes, crowdlab(votes, predProbs)), [0.746588, 0.752633, 0.570456, 0.544929, 0.556859])
})

test('a second copy of the model counts once more, another model by its own errors', () => {
  const twice = crowdlab(votes, [predProbs, predProbs])
  near(twice.weights.models, [1.541104, 1.541104])
  const never = matrix(
    8,
    3,
    Float32Array.from({ length: 24 }, (_, at) => Number(at % 3 === 2)),
  )
  const { weights } = crowdlab(votes, [predProbs, never])
  expect(weights.models[1]).toBeLessThan(0.01)
})

/** 600 items of 4 classes, 3 of 8 annotators each, and a model, all with rates of right answers; the last 100 have no vote. */
function crowd(seed: number, modelRate: number): { truth: Int32Array; votes: Votes; predProbs: Matrix } {
  const rng = makeRng(seed, 'crowdlab')
  const truth = Int32Array.from({ length: 600 }, () => rng.below(4))
  const guess = (y: number, rate: number): number => (rng.uniform() < rate ? y : (y + 1 + rng.below(3)) % 4)
  const columns = [0.9, 0.85, 0.8, 0.7, 0.7, 0.6, 0.6, 0.5].map((rate, a) =>
    truth.map((y, i) => (i < 500 && (i + a) % 8 < 3 ? guess(y, rate) : -1)),
  )
  const probs = matrix(600, 4, new Float32Array(2400).fill(0.1))
  truth.forEach((y, i) => (row(probs, i)[guess(y, modelRate)] = 0.7))
  return { truth, votes: votesFromColumns(columns, 4), predProbs: probs }
}

test('votes and a model together are right more often than either alone', () => {
  const scene = crowd(1, 0.8)
  const right = (labels: Int32Array): number => labels.subarray(0, 500).filter((y, i) => y === scene.truth[i]).length
  const together = crowdlab(scene.votes, scene.predProbs)
  expect(right(together.consensus)).toBeGreaterThan(right(majorityVote(scene.votes).consensus) + 10)
  expect(right(together.consensus)).toBeGreaterThan(0.8 * 500 + 20)
  expect(together.annotatorQuality[0]).toBeGreaterThan(together.annotatorQuality[7]!)
})

test('without votes the model speaks alone, and where votes differ one more is worth more than where they agree', () => {
  const scene = crowd(2, 0.8)
  const judged = crowdlab(scene.votes, scene.predProbs)
  near(row(judged.posterior, 550), [...row(scene.predProbs, 550)])
  expect(judged.agreement[550]).toBe(0)
  const scores = activeLabScores(scene.votes, judged)
  const mean = (chosen: (i: number) => boolean): number => {
    const some = scores.filter((_, i) => chosen(i))
    return some.reduce((sum, score) => sum + score, 0) / some.length
  }
  const differing = mean((i) => i < 500 && judged.agreement[i]! < 1)
  expect(differing).toBeLessThan(mean((i) => judged.agreement[i] === 1) - 0.03)
})

test('where no item has two votes, the votes stand and the model says how good they are', () => {
  const single = votesFromColumns([Int32Array.of(0, 2, -1), Int32Array.of(-1, -1, -1)], 3)
  const probs = matrix(3, 3, Float32Array.of(0.7, 0.2, 0.1, 0.5, 0.1, 0.4, 0.1, 0.3, 0.6))
  const judged = crowdlab(single, probs)
  expect([...judged.consensus]).toEqual([0, 2, 2])
  near(judged.quality, [0.7, 0.4, 0.6])
  expect(judged.annotatorQuality[0]).toBeCloseTo(0.55, 6)
  expect(judged.annotatorQuality[1]).toBeNaN()
  // All weights are 1: (2 · .7 + 1/3) / 3, (2 · .4 + 1/3) / 3 and, without a vote, (.6 + 1/3) / 2.
  near(activeLabScores(single, judged), [0.577778, 0.377778, 0.466667])
})

test('a model that is too sure is cooled before it is heard', () => {
  const scene = crowd(3, 0.7)
  const sure = matrix(
    600,
    4,
    scene.predProbs.data.map((p) => (p > 0.5 ? 0.9997 : 0.0001)),
  )
  const [trusting, careful] = [crowdlab(scene.votes, sure), crowdlab(scene.votes, sure, { temperature: 'fit' })]
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(careful.quality)).toBeLessThan(mean(trusting.quality) - 0.05)
  expect(crowdlab(scene.votes, sure, { temperature: 1 })).toEqual(trusting)
})

test('probabilities of another shape, logits, NaN, no model, no heat and no votes are refused', () => {
  const refused = (code: string) => expect.objectContaining({ code })
  expect(() => crowdlab(votes, matrix(8, 2))).toThrow(refused('bad-shape'))
  expect(() => crowdlab(votes, matrix(8, 3, new Float32Array(24).fill(NaN)))).toThrow(refused('bad-probability'))
  expect(() => crowdlab(votes, matrix(8, 3, new Float32Array(24).fill(2)))).toThrow(refused('bad-probability'))
  expect(() => crowdlab(votes, [])).toThrow(refused('bad-shape'))
  for (const temperature of [0, -1, NaN]) {
    expect(() => crowdlab(votes, predProbs, { temperature })).toThrow(refused('bad-option'))
  }
  expect(() => crowdlab(votesFromColumns([Int32Array.of(-1)], 2), matrix(1, 2))).toThrow(refused('bad-votes'))
  const fewer = votesFromColumns([Int32Array.of(0)], 3)
  expect(() => activeLabScores(fewer, crowdlab(votes, predProbs))).toThrow(refused('length-mismatch'))
})
