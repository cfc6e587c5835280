import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classIndex, fineLevel, foldName, levelNamed, makeTaxonomy, type ClassSpec } from './taxonomy.ts'

const insects: ClassSpec[] = [
  { name: 'bee', classes: [{ name: 'honeybee', aliases: ['Apis'] }, { name: 'bumblebee' }] },
  { name: 'moth' },
]
const lookUp = (names: readonly (string | ClassSpec)[]) =>
  classIndex(fineLevel(makeTaxonomy(names.map((name) => (typeof name === 'string' ? { name } : name)))))
const code = (expected: string) => expect.objectContaining({ code: expected })

test('a branch that ends early stands for itself at the finer levels', () => {
  const { k, levels } = makeTaxonomy(insects)
  expect(k).toBe(3)
  expect(levels.map(({ name, classes }) => [name, classes.map((node) => node.name)])).toEqual([
    ['group', ['bee', 'moth']],
    ['class', ['honeybee', 'bumblebee', 'moth']],
  ])
  expect(levels.map(({ groupOf }) => [...groupOf])).toEqual([
    [0, 0, 1],
    [0, 1, 2],
  ])
})

test('a list has one level, three levels are numbered', () => {
  expect(makeTaxonomy([{ name: 'a' }, { name: 'b' }]).levels.map(({ name }) => name)).toEqual(['class'])
  const deep = makeTaxonomy([{ name: 'insect', classes: insects }, { name: 'spider' }])
  expect(deep.levels.map(({ name, classes }) => [name, classes.length])).toEqual([
    ['level1', 2],
    ['level2', 3],
    ['level3', 4],
  ])
})

test('finer levels refine coarser ones, whatever the tree', () => {
  const leaf: fc.Arbitrary<ClassSpec> = fc.record({ name: fc.uuid() })
  const above = (finer: fc.Arbitrary<ClassSpec>): fc.Arbitrary<ClassSpec> =>
    fc.oneof(leaf, fc.record({ name: fc.uuid(), classes: fc.array(finer, { maxLength: 3 }) }))
  const tree = above(above(above(leaf)))
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (classes) => {
      const { k, levels } = makeTaxonomy(classes)
      expect([...levels.at(-1)!.groupOf]).toEqual([...Array(k).keys()])
      levels.slice(1).forEach(({ groupOf }, at) => {
        const coarser = levels[at]!.groupOf
        for (let y = 1; y < k; y++) if (groupOf[y] === groupOf[y - 1]) expect(coarser[y]).toBe(coarser[y - 1])
      })
    }),
    { numRuns: 50 },
  )
})

test('one name for two classes is refused at every level, whatever its case and however it came about', () => {
  const shared = { name: 'other' }
  for (const classes of [
    [{ name: 'a' }, { name: ' A' }],
    [{ name: 'a' }, { name: 'b', aliases: ['A'] }],
    [
      { name: 'g', classes: [{ name: 'a' }] },
      { name: 'G', classes: [{ name: 'b' }] },
    ],
    [
      { name: 'g', classes: [{ name: 'a' }] },
      { name: 'h', classes: [{ name: 'a' }] },
    ],
    [
      { name: 'g', classes: [shared] },
      { name: 'h', classes: [shared] },
    ],
  ]) {
    expect(() => makeTaxonomy(classes)).toThrow(code('duplicate-class'))
  }
  expect(makeTaxonomy([{ name: 'bee', classes: [{ name: 'bee', aliases: ['Bee'] }] }]).k).toBe(1)
})

test('no classes, or level names that do not fit the tree, are refused', () => {
  expect(() => makeTaxonomy([])).toThrow(code('no-classes'))
  for (const names of [['class'], ['a', 'a'], ['a', 'b', 'c']]) {
    expect(() => makeTaxonomy(insects, names)).toThrow(code('bad-levels'))
  }
  expect(() => levelNamed(makeTaxonomy(insects), 'species')).toThrow(code('unknown-level'))
  expect(levelNamed(makeTaxonomy(insects, ['family', 'species']), 'family').classes).toHaveLength(2)
})

test('names are found by alias and without case, accents and punctuation', () => {
  const indexOf = lookUp([{ name: 'Basset_Hound', aliases: ['BH'] }, 'Löwe', 'naïve bée'])
  expect(['basset hound', 'BASSET-HOUND', ' bh ', 'lowe', 'LÖWE', 'Naive  Bee', 'basset', ''].map(indexOf)).toEqual([
    0, 0, 0, 1, 1, 2, -1, -1,
  ])
})

test('C, C++ and C# stay apart, in either case', () => {
  const indexOf = lookUp(['C', 'C++', 'C#'])
  expect(['C', 'c++', 'c#', 'c', 'C--'].map(indexOf)).toEqual([0, 1, 2, 0, -1])
})

test('an answer of punctuation or nothing names no class, even where a class is named by signs', () => {
  const indexOf = lookUp(['++', 'bee'])
  expect(['++', '', '?!', '---'].map(indexOf)).toEqual([0, -1, -1, -1])
})

test('marks that make another letter are no accents: kana with a voicing mark, Devanagari vowels', () => {
  const indexOf = lookUp(['かき', 'कि'])
  expect(['かき', 'かぎ', 'कि', 'का'].map(indexOf)).toEqual([0, -1, 1, -1])
})

test('folding a folded name changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => foldName(foldName(name)) === foldName(name)))
})

test('every class of a list is found by its own name', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 8,
    selector: (name) => name.trim().toLowerCase(),
  })
  fc.assert(
    fc.property(names, (list) => {
      expect(list.map(lookUp(list))).toEqual([...list.keys()])
    }),
  )
})
