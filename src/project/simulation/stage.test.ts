import { expect, test } from 'vitest'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { cutTaxonomy } from './stage.ts'

const tree = makeTaxonomy(
  [
    {
      name: 'insect',
      classes: [{ name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] }, { name: 'moth' }],
    },
    { name: 'spider' },
  ],
  ['kind', 'family', 'species'],
)

test('a tree that is cut at a level has the classes of that level as its fine ones', () => {
  const cut = cutTaxonomy(tree, 'family')
  expect(cut.k).toBe(3)
  expect(cut.levels.map(({ name, groupOf }) => [name, [...groupOf]])).toEqual([
    ['kind', [0, 0, 1]],
    ['family', [0, 1, 2]],
  ])
})

test('a tree that is cut at its finest level stays as it is', () => {
  expect(cutTaxonomy(tree, 'species')).toEqual(tree)
})
