import fc from 'fast-check'
import { expect, test } from 'vitest'
import { castVotes } from './neighbour-votes.ts'

const near = (indices: number[], distances: number[]) => ({
  k: indices.length,
  indices: Int32Array.from(indices),
  distances: Float32Array.from(distances),
})

test('one vote, counted by hand: 1.1 for its own label against 0.9 + 0.7', () => {
  // The item's own distance is 2 · 0.1 - 0.3 = -0.1, so its weight is 1.1.
  const { support, winner, rival } = castVotes(near([1, 2], [0.1, 0.3]), Int32Array.of(0), Int32Array.of(0, 1, 1), 2)
  expect(support[0]).toBeCloseTo(1.1 / Math.hypot(1.1, 1.6), 6)
  expect([winner[0], rival[0]]).toEqual([1, 1])
})

test('where all neighbours agree the support is 1 and there is no rival', () => {
  const { support, winner, rival } = castVotes(near([1, 2], [0.1, 0.3]), Int32Array.of(0), Int32Array.of(1, 1, 1), 2)
  expect([support[0], winner[0], rival[0]]).toEqual([1, 1, -1])
})

test('an item far from all others still has a vote of its own', () => {
  const { support, winner } = castVotes(near([1, 2], [1, 1]), Int32Array.of(0), Int32Array.of(2, 0, 1), 3)
  expect(support[0]).toBeCloseTo(Math.sqrt(1 / 3), 6)
  expect(winner[0]).toBe(0)
})

test('votes are those of the formula, counted class by class', () => {
  const situation = fc.record({
    labels: fc.array(fc.nat(3), { minLength: 9, maxLength: 9 }),
    distances: fc.array(fc.double({ min: 0, max: 1.5, noNaN: true }), { minLength: 8, maxLength: 8 }),
  })
  fc.assert(
    fc.property(situation, ({ labels, distances }) => {
      const sorted = Float32Array.from(distances).sort()
      const got = castVotes(near([1, 2, 3, 4, 5, 6, 7, 8], [...sorted]), Int32Array.of(0), Int32Array.from(labels), 4)
      const weights = [2 * sorted[0]! - sorted[1]!, ...sorted].map((d) => Math.max(1e-6, 1 - d))
      const votes = [0, 1, 2, 3].map((y) => weights.reduce((sum, w, q) => sum + (labels[q] === y ? w : 0), 0))
      expect(got.support[0]).toBeCloseTo(votes[labels[0]!]! / Math.hypot(...votes), 9)
      expect(votes[got.winner[0]!]).toBeCloseTo(Math.max(...votes), 9)
      const others = votes.map((value, y) => (y === labels[0] ? 0 : value))
      if (got.rival[0]! < 0) expect(Math.max(...others)).toBe(0)
      else expect(others[got.rival[0]!]).toBeCloseTo(Math.max(...others), 9)
    }),
  )
})
