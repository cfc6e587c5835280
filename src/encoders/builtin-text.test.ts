import { expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { row } from '../tensor/matrix.ts'
import { makeBuiltinTextEncoder } from './builtin-text.ts'

async function similarities(...texts: string[]): Promise<number[]> {
  const items = texts.map((text, i): Item => ({ id: `${i}`, source: { kind: 'text', text }, labels: {} }))
  const { features } = await makeBuiltinTextEncoder().encode(items)
  return texts.map((_, i) => row(features, i).reduce((sum, value, j) => sum + value * row(features, 0)[j]!, 0))
}

test('texts that share words, or only pieces of words, are closer than strangers', async () => {
  const [same, sharing, inflected, stranger] = await similarities(
    'The bumblebee pollinates clover',
    'A bumblebee sits on clover',
    'Bumblebees pollinating clovers',
    'Interest rates fell in March',
  )
  expect(same).toBeCloseTo(1, 5)
  expect(sharing).toBeGreaterThan(stranger! + 0.2)
  expect(inflected).toBeGreaterThan(stranger! + 0.2)
  expect(Math.abs(stranger!)).toBeLessThan(0.1)
})

test('case, accents written in two ways, and punctuation do not matter', async () => {
  const [, folded] = await similarities('Caf\u00e9, NOIR!', 'cafe\u0301 noir')
  expect(folded).toBeCloseTo(1, 5)
})

test('scripts without spaces are compared by their characters', async () => {
  const [, sharing, stranger] = await similarities('蜜蜂在花上', '花上有蜜蜂', '今天下雨')
  expect(sharing).toBeGreaterThan(stranger! + 0.3)
})

test('a text without words is a row of zeros', async () => {
  expect(await similarities('?!', 'word')).toEqual([0, 0])
})

test('a picture is no text', async () => {
  const picture: Item = { id: 'a.jpg', source: { kind: 'image', path: 'a.jpg' }, labels: {} }
  await expect(makeBuiltinTextEncoder().encode([picture])).rejects.toMatchObject({ code: 'wrong-item-kind' })
})
