import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { makeBuiltinImageEncoder } from './builtin-image.ts'
import { encodeCached } from './cached-features.ts'
import type { Encoder } from './encoder.ts'

let folder = ''
let features = ''
let items: readonly Item[] = []
let runs = 0
const real = makeBuiltinImageEncoder()
const counting: Encoder = {
  id: real.id,
  encode: (...given) => {
    runs++
    return real.encode(...given)
  },
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-cache-'))
  features = join(folder, 'features')
  runs = 0
  items = ['a.png', 'broken.png', 'b.png'].map((id) => ({
    id,
    source: { kind: 'image', path: join(folder, id) },
    labels: {},
  }))
  await paint('a.png', 'red')
  await writeFile(join(folder, 'broken.png'), 'no picture')
  await paint('b.png', 'blue')
})
afterEach(() => rm(folder, { recursive: true }))

const paint = (name: string, background: string) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background } }).toFile(join(folder, name))

test('a second call reads what the first one wrote, the quarantined included', async () => {
  const first = await encodeCached(counting, items, features)
  const progress: number[] = []
  const second = await encodeCached(counting, items, features, (done) => progress.push(done))
  expect(runs).toBe(1)
  expect(second).toEqual(first)
  expect([...second.kept]).toEqual([0, 2])
  expect(second.quarantined[0]!.where).toBe('broken.png')
  expect(progress).toEqual([3])
})

test('a changed picture, another encoder and other items are encoded anew', async () => {
  const first = await encodeCached(counting, items, features)
  await paint('b.png', 'gold')
  const changed = await encodeCached(counting, items, features)
  expect(changed.features.data).not.toEqual(first.features.data)
  await encodeCached({ ...counting, id: 'other' }, items, features)
  await encodeCached(counting, items.slice(1), features)
  expect(runs).toBe(4)
})

test('regions of one picture do not share their features', async () => {
  const region = (x: number): Item => ({
    id: 'region',
    source: { kind: 'region', path: join(folder, 'a.png'), box: [x, 0, 5, 5] },
    labels: {},
  })
  await encodeCached(counting, [region(0)], features)
  await encodeCached(counting, [region(9)], features)
  expect(runs).toBe(2)
})

test('a damaged file is made again', async () => {
  const first = await encodeCached(counting, items, features)
  const [json, npy] = (await readdir(features)).toSorted()
  await truncate(join(features, npy!), 100)
  expect(await encodeCached(counting, items, features)).toEqual(first)
  await truncate(join(features, json!), 5)
  expect(await encodeCached(counting, items, features)).toEqual(first)
  expect(runs).toBe(3)
})
