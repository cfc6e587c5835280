import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addAll, countBeyond, has, membersBeyond } from './bit-set.ts'

const numbers = fc.uniqueArray(fc.nat(99))

function setOf(members: readonly number[]): Uint32Array {
  const set = new Uint32Array(4)
  for (const member of members) set[member >> 5]! |= 1 << (member & 31)
  return set
}

test('bits behave as sets of numbers do', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const beyond = a.filter((member) => !b.includes(member)).sort((x, y) => x - y)
      expect(membersBeyond(setOf(a), setOf(b))).toEqual(beyond)
      expect(countBeyond(setOf(a), setOf(b))).toBe(beyond.length)
      const union = setOf(a)
      addAll(union, setOf(b))
      for (let i = 0; i < 100; i++) expect(has(union, i)).toBe(a.includes(i) || b.includes(i))
    }),
  )
})
