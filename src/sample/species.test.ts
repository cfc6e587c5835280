import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { drawPicture } from './picture.ts'
import { families, familyOf, meadowClasses, meadowLevels, species } from './species.ts'

test('the meadow has 8 families of 5 species each, all with names of their own', () => {
  const taxonomy = makeTaxonomy(meadowClasses, meadowLevels)
  expect(taxonomy.levels.map(({ name, classes }) => [name, classes.length])).toEqual([
    ['family', 8],
    ['species', 40],
  ])
  expect(families.every((family) => family.species.length === 5)).toBe(true)
  expect(new Set([...families, ...species].map(({ name }) => name)).size).toBe(48)
})

test('the k-th species belongs to the family that the class tree says', () => {
  const [family] = makeTaxonomy(meadowClasses, meadowLevels).levels
  expect(familyOf.map(({ name }) => name)).toEqual(Array.from(family!.groupOf, (group) => family!.classes[group]!.name))
})

test('equal chance draws the same picture, other chance another, and species look different', () => {
  const [first, second] = [species[0]!, species[1]!]
  expect(drawPicture(first, makeRng(1))).toBe(drawPicture(first, makeRng(1)))
  expect(drawPicture(first, makeRng(1))).not.toBe(drawPicture(first, makeRng(2)))
  expect(new Set(species.map((one) => one.draw(makeRng(1)))).size).toBe(species.length)
  expect(first.draw(makeRng(1))).not.toBe(second.draw(makeRng(1)))
})

test('no picture has a number that is none', () => {
  for (const one of species) expect(drawPicture(one, makeRng(3, one.name))).not.toMatch(/NaN|undefined|Infinity/)
})
