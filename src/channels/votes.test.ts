import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeVotes, votesFromColumns } from './votes.ts'

const votesOf = (triples: readonly (readonly [item: number, annotator: number, label: number])[]) =>
  makeVotes({
    items: 4,
    annotators: 3,
    classes: 5,
    item: Int32Array.from(triples, ([item]) => item),
    annotator: Int32Array.from(triples, ([, annotator]) => annotator),
    label: Int32Array.from(triples, ([, , label]) => label),
  })

test('the votes of an item lie together, by annotator, in whatever order they came', () => {
  const cells = fc.uniqueArray(fc.nat(11), { maxLength: 12 }).chain((taken) => fc.shuffledSubarray(taken))
  fc.assert(
    fc.property(cells, (taken) => {
      const votes = votesOf(taken.map((cell) => [Math.floor(cell / 3), cell % 3, cell % 5]))
      const sorted = taken.toSorted((a, b) => a - b)
      expect([...votes.item]).toEqual(sorted.map((cell) => Math.floor(cell / 3)))
      expect([...votes.annotator]).toEqual(sorted.map((cell) => cell % 3))
      expect([...votes.label]).toEqual(sorted.map((cell) => cell % 5))
      for (let i = 0; i < 4; i++) {
        expect(votes.offsets[i + 1]! - votes.offsets[i]!).toBe(
          sorted.filter((cell) => Math.floor(cell / 3) === i).length,
        )
      }
    }),
  )
})

test('columns of answers are votes, but for the gaps', () => {
  const votes = votesFromColumns([Int32Array.of(1, -1, 0), Int32Array.of(-1, -1, 2)], 3)
  expect(votes).toMatchObject({ items: 3, annotators: 2, classes: 3 })
  expect([[...votes.item], [...votes.annotator], [...votes.label]]).toEqual([
    [0, 2, 2],
    [0, 0, 1],
    [1, 0, 2],
  ])
  expect([...votes.offsets]).toEqual([0, 1, 1, 3])
})

test('a vote twice, and a vote for what is not there, are refused', () => {
  const refusal = (code: string) => expect.objectContaining({ code })
  expect(() =>
    votesOf([
      [0, 1, 2],
      [1, 1, 2],
      [0, 1, 3],
    ]),
  ).toThrow(/Annotator 1 votes more than once on item 0/)
  for (const vote of [
    [4, 0, 0],
    [0, 3, 0],
    [0, 0, 5],
    [-1, 0, 0],
  ] as const) {
    expect(() => votesOf([vote])).toThrow(refusal('bad-votes'))
  }
  expect(() => votesFromColumns([Int32Array.of(0, -2)], 3)).toThrow(refusal('bad-votes'))
  expect(() => votesFromColumns([Int32Array.of(0), Int32Array.of(0, 1)], 3)).toThrow(refusal('length-mismatch'))
  const none = new Int32Array(0)
  expect(() =>
    makeVotes({ items: 1, annotators: 1, classes: 1, item: new Int32Array(1), annotator: none, label: none }),
  ).toThrow(refusal('length-mismatch'))
})
