import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../../core/rng.ts'
import { classIndex, fineLevel, makeTaxonomy } from '../../core/taxonomy.ts'
import { longTail, mergeClasses } from './imbalance.ts'

function sizesOf(truth: Int32Array, items: Int32Array, k: number): number[] {
  return Array.from({ length: k }, (_, c) => items.filter((i) => truth[i] === c).length)
}

test('a long tail by 100 of ten classes of 5000 has the sizes of CIFAR-10-LT', () => {
  const truth = Int32Array.from({ length: 50_000 }, (_, i) => i % 10)
  const kept = longTail(truth, 10, 100, makeRng(1, 'tail'))
  // The sizes of the usual CIFAR-10-LT, floor(5000 / 100^(c / 9)).
  expect(sizesOf(truth, kept, 10)).toEqual([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
})

test('the last class of a long tail is not lost to rounding', () => {
  // 1000^(-1/3) is 0.1, and 0.09999999999999998 to a computer.
  const truth = Int32Array.from({ length: 4000 }, (_, i) => i % 4)
  expect(sizesOf(truth, longTail(truth, 4, 1000, makeRng(1, 'tail')), 4)).toEqual([1000, 100, 10, 1])
})

test('a long tail takes no more than there is, and leaves one of what there is', () => {
  const truth = Int32Array.of(...new Int32Array(100), 1, 2, -1, -1)
  expect(sizesOf(truth, longTail(truth, 4, 1000, makeRng(1, 'tail')), 4)).toEqual([100, 1, 1, 0])
})

test('a long tail is drawn at random, and the same by the same seed', () => {
  const truth = Int32Array.from({ length: 100 }, (_, i) => i % 2)
  const draw = (seed: number): number[] => [...longTail(truth, 2, 10, makeRng(seed, 'tail'))]
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1)).not.toEqual(draw(2))
})

test('the items of a long tail ascend, are known, and hold those of a steeper one', () => {
  const labels = fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 80 }).map((list) => Int32Array.from(list))
  const factor = fc.double({ min: 1, max: 500, noNaN: true })
  fc.assert(
    fc.property(labels, factor, factor, (truth, a, b) => {
      const [mild, steep] = [Math.min(a, b), Math.max(a, b)].map((f) => longTail(truth, 6, f, makeRng(1, 'tail')))
      expect([...mild!]).toEqual([...new Set(mild!)].sort((x, y) => x - y))
      expect(mild!.every((i) => truth[i]! >= 0)).toBe(true)
      expect(steep!.every((i) => mild!.includes(i))).toBe(true)
      expect(new Set([...steep!].map((i) => truth[i]))).toEqual(new Set(truth.filter((y) => y >= 0)))
    }),
  )
})

test('one class has no tail', () => {
  expect(longTail(new Int32Array(5), 1, 100, makeRng(1, 'tail')).length).toBe(5)
  expect(longTail(new Int32Array(0), 3, 100, makeRng(1, 'tail')).length).toBe(0)
})

test.for([0, 0.5, NaN, Infinity])('a tail by %s is refused', (factor) => {
  expect(() => longTail(Int32Array.of(0), 1, factor, makeRng(1, 'tail'))).toThrow(
    expect.objectContaining({ code: 'bad-option' }),
  )
})

const animals = makeTaxonomy([
  {
    name: 'bird',
    classes: [{ name: 'owl' }, { name: 'wren', aliases: ['Troglodytes'] }, { name: 'other', aliases: ['Other 2'] }],
  },
  { name: 'fish', classes: [{ name: 'cod' }] },
])

test('the last classes become one that answers to all their names', () => {
  const { taxonomy, classOf } = mergeClasses(animals, 2)
  expect([...classOf]).toEqual([0, 1, 1, 1])
  expect(taxonomy.k).toBe(2)
  const fine = fineLevel(taxonomy)
  // "other" and "other 2" are names of classes already.
  expect(fine.classes.map(({ name }) => name)).toEqual(['owl', 'other 3'])
  expect(fine.classes[1]!.description).toBe('any of these: wren, other, cod')
  expect(['owl', 'troglodytes', 'other', 'other_2', 'COD', 'bird'].map(classIndex(fine))).toEqual([0, 1, 1, 1, 1, -1])
  expect(taxonomy.levels.map(({ name }) => name)).toEqual(['class'])
})

test('merging into as many classes as there are leaves their names alone', () => {
  const { taxonomy, classOf } = mergeClasses(animals, 4)
  expect(fineLevel(taxonomy).classes.map(({ name }) => name)).toEqual(['owl', 'wren', 'other', 'cod'])
  expect([...classOf]).toEqual([0, 1, 2, 3])
})

test.for([0, 5, 1.5, NaN])('four classes do not become %s', (n) => {
  expect(() => mergeClasses(animals, n)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})
