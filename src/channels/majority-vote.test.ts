import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix } from '../tensor/matrix.ts'
import { majorityVote } from './majority-vote.ts'
import { votesFromColumns } from './votes.ts'

/** One text per item, one letter per annotator: a class, or `-`. */
function votesOf(rows: readonly string[], classes: number) {
  const columns = Array.from({ length: rows[0]!.length }, (_, a) =>
    Int32Array.from(rows, (said) => (said[a] === '-' ? -1 : Number(said[a]))),
  )
  return votesFromColumns(columns, classes)
}

test('the class with most votes wins, and the share that named it is the agreement', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 5, maxLength: 5 }), { minLength: 1 }),
      (rows) => {
        const columns = [0, 1, 2, 3, 4].map((a) => Int32Array.from(rows, (said) => said[a]!))
        const { consensus, agreement } = majorityVote(votesFromColumns(columns, 4))
        rows.forEach((said, i) => {
          const cast = said.filter((y) => y >= 0)
          const counts = [0, 1, 2, 3].map((y) => cast.filter((vote) => vote === y).length)
          if (cast.length === 0) return expect([consensus[i], agreement[i]]).toEqual([-1, 0])
          expect(counts[consensus[i]!]).toBe(Math.max(...counts))
          expect(agreement[i]).toBeCloseTo(Math.max(...counts) / cast.length, 6)
        })
      },
    ),
  )
})

test('in a tie the model is asked first, then the rarer class wins', () => {
  const votes = votesOf(['01', '00', '22'], 3)
  expect(majorityVote(votes).consensus[0]).toBe(1)
  const predProbs = matrix(3, 3, Float32Array.of(0.5, 0.2, 0.3, 1, 0, 0, 0, 0, 1))
  expect(majorityVote(votes, { predProbs }).consensus[0]).toBe(0)
  predProbs.data[1] = 0.5
  expect(majorityVote(votes, { predProbs }).consensus[0]).toBe(1)
})

test('among classes equally frequent the annotator wins who agrees with others elsewhere', () => {
  // Classes 0 and 1 have four votes each. Annotator 1 is in the minority on item 1, annotator 0 never.
  const votes = votesOf(['10--', '0100', '1--1'], 2)
  expect([...majorityVote(votes).consensus]).toEqual([1, 0, 1])
  expect([...majorityVote(votesOf(['01--', '0100', '1--1'], 2)).consensus]).toEqual([0, 0, 1])
})

test('what nothing decides goes to the lowest class, or to chance where there is an rng', () => {
  const votes = votesOf(
    Array.from({ length: 200 }, () => '12'),
    3,
  )
  expect(new Set(majorityVote(votes).consensus)).toEqual(new Set([1]))
  const { consensus } = majorityVote(votes, { rng: makeRng(1, 'ties') })
  const ones = consensus.filter((y) => y === 1).length
  expect(ones).toBeGreaterThan(70)
  expect(ones).toBeLessThan(130)
  expect(new Set(consensus)).toEqual(new Set([1, 2]))
})

test('probabilities of another shape, and NaN, are refused', () => {
  const votes = votesOf(['01', '00'], 2)
  expect(() => majorityVote(votes, { predProbs: matrix(2, 3) })).toThrow(expect.objectContaining({ code: 'bad-shape' }))
  expect(() => majorityVote(votes, { predProbs: matrix(2, 2, Float32Array.of(1, 0, NaN, 1)) })).toThrow(/Item 1/)
})
