import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { cohenKappa, fleissKappa, krippendorffAlpha } from './agreement.ts'
import { votesFromColumns } from './votes.ts'

test('four observers of twelve units agree as published', () => {
  // Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, sections C and D: one row per observer, a dot where a value is missing.
  const observers = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.']
  const columns = observers.map((values) =>
    Int32Array.from(values, (value) => (value === '.' ? -1 : Number(value) - 1)),
  )
  const votes = votesFromColumns(columns, 5)
  expect(krippendorffAlpha(votes)).toBeCloseTo(0.743, 3)
  expect(krippendorffAlpha(votes, 'ordinal')).toBeCloseTo(0.815, 3)
  expect(krippendorffAlpha(votes, 'interval')).toBeCloseTo(0.849, 3)
})

test('two readers of fifty grant proposals have a kappa of 0.4', () => {
  // The usual textbook table: 20 times both yes, 15 times both no, 5 and 10 times one of them.
  const cells = [
    [20, 0, 0],
    [5, 0, 1],
    [10, 1, 0],
    [15, 1, 1],
  ] as const
  const column = (at: 1 | 2): Int32Array =>
    Int32Array.from(cells.flatMap((cell) => Array<number>(cell[0]).fill(cell[at])))
  expect(cohenKappa(column(1), column(2), 2)).toBeCloseTo(0.4, 10)
  expect(cohenKappa(Int32Array.of(...column(1), 1), Int32Array.of(...column(2), -1), 2)).toBeCloseTo(0.4, 10)
})

test('fourteen raters of ten subjects have a kappa of 0.210', () => {
  // The worked example of Fleiss' kappa in textbooks and on Wikipedia: subjects by five categories.
  const counts = [
    '0 0 0 0 14',
    '0 2 6 4 2',
    '0 0 3 5 6',
    '0 3 9 2 0',
    '2 2 8 1 1',
    '7 7 0 0 0',
    '3 2 6 3 0',
    '2 5 3 2 2',
    '6 5 2 1 0',
    '0 2 2 3 7',
  ]
  const ballots = counts.map((row) => row.split(' ').flatMap((count, y) => Array<number>(Number(count)).fill(y)))
  const columns = Array.from({ length: 14 }, (_, a) => Int32Array.from(ballots, (cast) => cast[a]!))
  expect(fleissKappa(votesFromColumns(columns, 5))).toBeCloseTo(0.21, 3)
})

test('perfect agreement is 1, and independent guesses are about 0, however it is measured', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const rng = makeRng(seed, 'guesses')
      const guesses = (): Int32Array => Int32Array.from({ length: 3000 }, () => Math.min(rng.below(4), 2))
      const [a, b] = [guesses(), guesses()]
      const [same, apart] = [votesFromColumns([a, a], 3), votesFromColumns([a, b], 3)]
      for (const kappa of [
        krippendorffAlpha(same),
        krippendorffAlpha(same, 'ordinal'),
        cohenKappa(a, a, 3),
        fleissKappa(same),
      ]) {
        expect(kappa).toBeCloseTo(1, 10)
      }
      for (const kappa of [
        krippendorffAlpha(apart),
        krippendorffAlpha(apart, 'interval'),
        cohenKappa(a, b, 3),
        fleissKappa(apart),
      ]) {
        expect(Math.abs(kappa)).toBeLessThan(0.1)
      }
    }),
    { numRuns: 20 },
  )
})

test('where only one class is ever named, agreement cannot be told', () => {
  const zeros = new Int32Array(5)
  const votes = votesFromColumns([zeros, zeros], 2)
  expect([krippendorffAlpha(votes), cohenKappa(zeros, zeros, 2), fleissKappa(votes)]).toEqual([NaN, NaN, NaN])
})

test('uneven votes have no Fleiss kappa, and labels over other items no Cohen kappa', () => {
  const refused = (code: string) => expect.objectContaining({ code })
  expect(() => fleissKappa(votesFromColumns([Int32Array.of(0, 1), Int32Array.of(0, -1)], 2))).toThrow(
    refused('bad-votes'),
  )
  expect(() => cohenKappa(Int32Array.of(0), Int32Array.of(0, 1), 2)).toThrow(refused('length-mismatch'))
  expect(() => cohenKappa(Int32Array.of(2), Int32Array.of(0), 2)).toThrow(refused('bad-votes'))
})
