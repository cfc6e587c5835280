import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { openNpyFeatures } from './npy-features.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-npy-'))
})
afterAll(() => rm(folder, { recursive: true }))

const items = (n: number): Item[] =>
  Array.from({ length: n }, (_, i) => ({ id: `${i}`, source: { kind: 'text', text: '' }, labels: {} }))

test('row i of the file belongs to item i', async () => {
  const path = join(folder, 'good.npy')
  await writeNpy(path, matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)))
  const { features, kept } = await (await openNpyFeatures(path)).encode(items(2))
  expect([...features.data]).toEqual([1, 2, 3, 4, 5, 6])
  expect([...kept]).toEqual([0, 1])
})

test('another number of rows than items is refused with both numbers', async () => {
  const path = join(folder, 'short.npy')
  await writeNpy(path, matrix(2, 1))
  await expect((await openNpyFeatures(path)).encode(items(5))).rejects.toMatchObject({
    code: 'feature-rows',
    problem: `${path} holds 2 rows, but the dataset has 5 items.`,
  })
})

test.for([NaN, Infinity, -Infinity])('a value of %s is refused, and its row named', async (value) => {
  const path = join(folder, 'broken.npy')
  await writeNpy(path, matrix(2, 3, Float32Array.of(1, 2, 3, 4, value, 6)))
  await expect(openNpyFeatures(path)).rejects.toMatchObject({
    code: 'bad-feature-value',
    problem: `${path} holds ${value} in row 1, column 1 (counted from 0).`,
  })
})
