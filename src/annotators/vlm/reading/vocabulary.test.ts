import { expect, test } from 'vitest'
import { levelNamed, makeTaxonomy } from '../../../core/taxonomy.ts'
import { editDistance } from './edit-distance.ts'
import { makeVocabulary, matchName } from './vocabulary.ts'

const aircraft = makeTaxonomy(
  [
    {
      name: 'Boeing',
      classes: [
        { name: 'Boeing 717', classes: [{ name: '717' }] },
        { name: 'Boeing 737', classes: [{ name: '737-200', aliases: ['Baby Boeing'] }, { name: '737-300' }] },
      ],
    },
    { name: 'Airbus', classes: [{ name: 'A340', classes: [{ name: 'A340-200' }, { name: 'A340-300' }] }] },
    { name: 'Supermarine', classes: [{ name: 'Spitfire' }] },
  ],
  ['maker', 'family', 'variant'],
)

test.each([
  ['variant', 'a340-300', 'A340-300 exact'],
  ['variant', 'A340_300', 'A340-300 folded'],
  ['variant', 'baby boeing', '737-200 alias'],
  ['variant', 'Boeing 737-200', '737-200 nearest'],
  ['variant', 'the Spitfire aircraft', 'Spitfire nearest'],
  ['variant', 'Spitfyre', 'Spitfire nearest'],
  ['variant', 'A340300', undefined],
  ['variant', 'A340-400', undefined],
  ['variant', 'A340-200/300', undefined],
  ['variant', '737-200 and 737-300', undefined],
  ['variant', 'Boeing 737', undefined],
  ['family', 'A340-300', 'A340 finer'],
  ['family', 'A340-400', 'A340 nearest'],
  ['family', 'Boeing 737-800', undefined],
  ['family', 'Boeing 737-300/400', 'Boeing 737 nearest'],
  ['family', '737', 'Boeing 737 nearest'],
  ['maker', 'Boeing 717', 'Boeing finer'],
  ['maker', '737-400', 'Boeing nearest'],
  ['maker', 'Concorde', undefined],
])('at the level of the %s, %s is %s', (level, name, expected) => {
  const vocabulary = makeVocabulary(levelNamed(aircraft, level).classes)
  const found = matchName(vocabulary, name)
  expect(found && `${vocabulary.names[found.index]} ${found.match}`).toBe(expected)
})

test('a spelling that two classes share, or that is empty, names none', () => {
  const { spelled } = makeVocabulary([
    { name: 'C', classes: [{ name: 'other' }] },
    { name: 'C++', classes: [{ name: 'other' }] },
    { name: '++' },
  ])
  expect(['c', 'C++', 'C#', '+', 'other'].map((name) => spelled(name)?.index)).toEqual([
    0,
    1,
    undefined,
    undefined,
    undefined,
  ])
})

test('what turns a name into its opposite is no misspelling', () => {
  const { similar } = makeVocabulary([{ name: 'treated surface' }, { name: 'symmetric' }])
  expect(['untreated surface', 'asymmetric'].map(similar)).toEqual([undefined, undefined])
})

test('names that are alike name neither', () => {
  const { similar } = makeVocabulary([{ name: 'painted lady' }, { name: 'pointed lady' }])
  expect(similar('pinted lady')).toBeUndefined()
})

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['moth', 'mtoh', 1],
  // Without editing a letter twice; the distance that allows it is 2.
  ['ca', 'abc', 3],
])('from %j to %j takes %i edits', (a, b, edits) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([edits, edits])
})

test('a misspelling among 1,000 classes is found in moments', () => {
  const names = Array.from(
    { length: 1000 },
    (_, i) => `species ${String.fromCharCode(97 + (i % 26))} variety ${'x'.repeat(i % 40)}${i}`,
  )
  const { similar } = makeVocabulary(names.map((name) => ({ name })))
  const start = performance.now()
  for (const name of names.slice(0, 100)) similar(name.replace('variety', 'varriety'))
  expect(performance.now() - start).toBeLessThan(1000)
})
