import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomic } from './atomic-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file is written from a text, from bytes and from pieces, and nothing else is left in its folder', async () => {
  async function* pieces(): AsyncGenerator<string> {
    yield 'one '
    yield 'two'
  }
  await writeFileAtomic(join(folder, 'new', 'text'), 'héllo')
  await writeFileAtomic(join(folder, 'new', 'bytes'), Uint8Array.of(1, 2, 3))
  await writeFileAtomic(join(folder, 'new', 'pieces'), pieces())
  expect(await readFile(join(folder, 'new', 'text'), 'utf8')).toBe('héllo')
  expect([...(await readFile(join(folder, 'new', 'bytes')))]).toEqual([1, 2, 3])
  expect(await readFile(join(folder, 'new', 'pieces'), 'utf8')).toBe('one two')
  expect((await readdir(join(folder, 'new'))).toSorted()).toEqual(['bytes', 'pieces', 'text'])
})

test('when the content breaks off halfway, the old file stays and the error is passed on', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield 'half'
    throw new Error('the source broke')
  }
  const path = join(folder, 'labels.csv')
  await writeFile(path, 'old')
  await expect(writeFileAtomic(path, broken())).rejects.toThrow('the source broke')
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['labels.csv'])
})

test('a place that cannot be written to is named', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(writeFileAtomic(join(folder, 'file', 'below'), 'x')).rejects.toMatchObject({ code: 'cannot-write' })
  await expect(writeFileAtomic(folder, 'x')).rejects.toMatchObject({ code: 'cannot-write' })
})
