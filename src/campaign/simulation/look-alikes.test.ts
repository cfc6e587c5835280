import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrix } from '../../tensor/matrix.ts'
import { lookAlikes } from './look-alikes.ts'

/** Classes along a line, one item each side of every mean. */
function along(...means: readonly number[]) {
  const features = matrix(2 * means.length, 1, Float32Array.from(means.flatMap((mean) => [mean - 1, mean + 1])))
  return { features, truth: Int32Array.from({ length: 2 * means.length }, (_, i) => i >> 1) }
}

test('the two nearest classes are a pair, then the two nearest of those left', () => {
  const { features, truth } = along(0, 10, 11, 30)
  expect([...lookAlikes(features, truth, 4)]).toEqual([0, 1, 1, 0])
})

test('the odd one out joins its nearest', () => {
  const { features, truth } = along(0, 20, 21)
  expect([...lookAlikes(features, truth, 3)]).toEqual([0, 0, 0])
  const five = along(0, 1, 20, 21, 30)
  expect([...lookAlikes(five.features, five.truth, 5)]).toEqual([0, 0, 1, 1, 1])
})

test('a class without items looks like none, and unknown items count for none', () => {
  const { features } = along(0, 1, 500)
  expect([...lookAlikes(features, Int32Array.of(0, 0, 2, 2, -1, -1), 3)]).toEqual([0, 1, 0])
  expect([...lookAlikes(matrix(0, 1), new Int32Array(0), 2)]).toEqual([0, 1])
})

test('classes with items are in groups of two, but for one of three where they are odd', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 }), (means) => {
      const { features, truth } = along(...means)
      const groups = lookAlikes(features, truth, means.length)
      const sizes = [...Map.groupBy(groups, (group) => group).values()].map(({ length }) => length)
      expect(Math.max(...sizes)).toBe(means.length % 2 ? 3 : 2)
      expect(sizes.filter((size) => size !== 2).length).toBe(means.length % 2)
      expect(Math.max(...groups)).toBe(sizes.length - 1)
    }),
  )
})
