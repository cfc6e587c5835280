import { expect, test } from 'vitest'
import { fineLevel, makeTaxonomy, type ClassSpec } from '../../core/taxonomy.ts'
import { makeNameFinder } from './name-finder.ts'

/** The classes that a caption names, in its order. */
function namedIn(caption: string, classes: readonly (string | ClassSpec)[]): string[] {
  const level = fineLevel(makeTaxonomy(classes.map((node) => (typeof node === 'string' ? { name: node } : node))))
  return makeNameFinder(level)(caption).map(({ classIndex }) => level.classes[classIndex]!.name)
}

test.each([
  ['A bee on a daisy', ['bee'], ['bee']],
  ['BEE! (macro)', ['bee'], ['bee']],
  ["The bee's knees", ['bee'], ['bee']],
  ['two_bees.jpg', ['bee'], ['bee']],
  ['a beetle and some beer', ['bee'], []],
  ['Café crème at noon', ['cafe-creme'], ['cafe-creme']],
  ['a cafe creme', ['Café crème'], ['Café crème']],
  ['boeing 737-200 landing', ['737 200'], ['737 200']],
  ['boeing 737-2000 landing', ['737 200'], []],
  ['hawk\nmoth', ['hawk moth'], ['hawk moth']],
  ['hawk and moth', ['hawk moth'], []],
  ['मधुमक्खी फूल पर', ['मधुमक्खी'], ['मधुमक्खी']],
])('whole words are found without case, accents and punctuation: %j', (caption, classes, named) => {
  expect(namedIn(caption, classes)).toEqual(named)
})

test.each([
  ['hawk moths', 'hawk moth'],
  ['butterflies', 'butterfly'],
  ['monkeys', 'monkey'],
  ['foxes', 'fox'],
  ['finches', 'finch'],
  ['wolves', 'wolf'],
  ['knives', 'knife'],
])('the plural %s names %s', (plural, name) => {
  expect(namedIn(`many ${plural} here`, [name])).toEqual([name])
})

test('of overlapping names the longest stands, wherever it begins', () => {
  expect(namedIn('an American bulldog', ['bulldog', 'American bulldog'])).toEqual(['American bulldog'])
  expect(namedIn('a grey wolf spider', ['grey wolf', 'wolf spider'])).toEqual(['wolf spider'])
  expect(namedIn('an American bulldog and a bulldog', ['bulldog', 'American bulldog'])).toEqual([
    'American bulldog',
    'bulldog',
  ])
})

test('aliases name their class', () => {
  expect(namedIn('Apis mellifera, worker', [{ name: 'honeybee', aliases: ['apis mellifera'] }])).toEqual(['honeybee'])
})

test('a spelling of two classes names neither, but a name goes before the plural of another', () => {
  expect(namedIn('C++ book', ['C', 'C++'])).toEqual([])
  expect(namedIn('new glasses', ['glass', 'glasses'])).toEqual(['glasses'])
})

test('names without a letter or digit are in no caption', () => {
  expect(namedIn('++ -- ', ['++'])).toEqual([])
})

test('names that mean something to other languages are just names', () => {
  const names = ['constructor', '__proto__', '.*', "'; DROP TABLE t; --", '100%_off']
  expect(namedIn('the constructor of it', names)).toEqual(['constructor'])
  expect(namedIn('drop table t', names)).toEqual(["'; DROP TABLE t; --"])
  expect(namedIn('anything at all, 100 x off', names)).toEqual([])
})
