import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupTies, makeTies } from './item-groups.ts'

/** Groups as lists. */
const lists = ({ offsets, members }: { offsets: Int32Array; members: Int32Array }): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, g) => [...members.subarray(offsets[g], offsets[g + 1])])

test('groups are the connected components of the ties', () => {
  const situation = fc.record({ n: fc.integer({ min: 1, max: 20 }), pairs: fc.array(fc.tuple(fc.nat(19), fc.nat(19))) })
  fc.assert(
    fc.property(situation, ({ n, pairs }) => {
      const ties = makeTies(n)
      const inside = pairs.filter(([a, b]) => a < n && b < n)
      for (const [a, b] of inside) ties.tie(a, b)
      const reached = Array.from({ length: n }, (_, i) => new Set([i]))
      for (let round = 0; round < n; round++)
        for (const [a, b] of inside) for (const set of reached) if (set.has(a) || set.has(b)) set.add(a).add(b)
      const expected = new Set(
        reached.filter(({ size }) => size > 1).map((set) => [...set].sort((a, b) => a - b).join()),
      )
      expect(lists(groupTies(ties, new Float32Array(n))).map((group) => group.join())).toEqual(
        [...expected].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
      )
    }),
  )
})

test('the tightest group comes first, and a group is as loose as its loosest member', () => {
  const ties = makeTies(6)
  ties.tie(0, 3)
  ties.tie(5, 2)
  ties.tie(4, 2)
  const groups = groupTies(ties, Float32Array.of(0.5, 9, 0.125, 0.5, 0.25, 0.125))
  expect(lists(groups)).toEqual([
    [2, 4, 5],
    [0, 3],
  ])
  expect([...groups.spread]).toEqual([0.25, 0.5])
})

test('where nothing is tied there are no groups', () => {
  expect(groupTies(makeTies(3), new Float32Array(3))).toEqual({
    offsets: Int32Array.of(0),
    members: new Int32Array(0),
    spread: new Float32Array(0),
  })
})
