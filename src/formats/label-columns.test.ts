import { expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { classesFromColumns } from './label-columns.ts'

function items(rows: readonly Record<string, string>[]): Item[] {
  return rows.flatMap((labels, i) =>
    [0, 1].map((copy): Item => ({ id: `${i}-${copy}`, source: { kind: 'text', text: '' }, labels })),
  )
}
const insects = items([
  { family: 'bee', species: 'honeybee', latin: 'Apis mellifera', shot: 'a' },
  { family: 'bee', species: 'bumblebee', latin: 'Bombus', shot: 'b' },
  { family: 'moth', species: 'hawk moth', latin: 'Sphingidae', shot: 'a' },
  { family: 'moth', species: 'tiger moth', latin: 'Arctiinae', shot: 'a' },
])

test('a column that the classes determine is their coarser level, one that pairs with them is another spelling', () => {
  const found = classesFromColumns(insects, ['family', 'species', 'latin'])!
  expect(found).toMatchObject({ column: 'species', levels: ['family', 'species'], aliases: 'latin', k: 4 })
  expect(found.classes.map(({ name, classes }) => [name, classes!.map((child) => child.name)])).toEqual([
    ['bee', ['bumblebee', 'honeybee']],
    ['moth', ['hawk moth', 'tiger moth']],
  ])
  expect(found.classes[0]!.classes![1]!.aliases).toEqual(['Apis mellifera'])
})

test('the named column wins, and one that is not there is an error that lists the others', () => {
  expect(classesFromColumns(insects, ['family', 'species'], 'family')).toMatchObject({ column: 'family', k: 2 })
  expect(() => classesFromColumns(insects, ['family', 'species'], 'genus')).toThrow(
    expect.objectContaining({ code: 'unknown-column', fix: 'There are: family, species.' }),
  )
})

test('folders and labels are asked for as classes, and free text is no class', () => {
  const folders = items([{ folder: 'cat' }, { folder: 'dog' }])
  expect(classesFromColumns(folders, ['folder'])).toMatchObject({ column: 'folder', levels: ['class'], k: 2 })
  const captions = Array.from({ length: 6 }, (_, i): Item => {
    return { id: String(i), source: { kind: 'text', text: '' }, labels: { caption: `caption ${i}` } }
  })
  expect(classesFromColumns(captions, ['caption'])).toBeNull()
})
