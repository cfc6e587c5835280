import { expect, test } from 'vitest'
import { findExactDuplicates } from './duplicates.ts'
import { findLabelConflicts } from './label-conflicts.ts'

test('copies with different labels are shown', () => {
  const duplicates = findExactDuplicates(['a', 'b', 'a', 'b', 'a', 'c', 'c', 'd'])
  const labels = Int32Array.of(3, 1, 4, 0, 3, 2, 2, 9)
  expect(findLabelConflicts(duplicates, labels)).toEqual({
    groups: Int32Array.of(0, 1),
    majority: Int32Array.of(3, -1),
    items: Int32Array.of(2, 1, 3),
  })
})

test('a copy without a label contradicts nobody', () => {
  const duplicates = findExactDuplicates(['a', 'a', 'a'])
  expect(findLabelConflicts(duplicates, Int32Array.of(1, -1, 1)).groups).toHaveLength(0)
  expect([...findLabelConflicts(duplicates, Int32Array.of(1, -1, 0)).items]).toEqual([0, 2])
})

test('labels of other items are refused', () => {
  expect(() => findLabelConflicts(findExactDuplicates(['a', 'a']), Int32Array.of(1))).toThrow(
    expect.objectContaining({ code: 'length-mismatch' }),
  )
})
