import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { npyHeader } from './npy-header.ts'
import { readNpyLabels } from './npy-labels.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(type: string, data: ArrayBufferView, cols = 1): Promise<number[]> {
  const path = join(folder, 'labels.npy')
  const bytes = new Uint8Array(data.buffer as ArrayBuffer)
  const size = bytes.length / cols / Number(type.at(-1))
  const header = Buffer.from(npyHeader(type, size, cols)).toString('latin1')
  const vector = cols === 1 ? header.replace(', 1)', ',)').replace('}', '}  ') : header
  await writeFile(path, Buffer.concat([Buffer.from(vector, 'latin1'), bytes]))
  return [...(await readNpyLabels(path))]
}

test.each([
  ['|b1', Uint8Array.of(0, 1), [0, 1]],
  ['|u1', Uint8Array.of(7, 255), [7, 255]],
  ['|i1', Int8Array.of(-1, 127), [-1, 127]],
  ['<u2', Uint16Array.of(1, 65535), [1, 65535]],
  ['<i2', Int16Array.of(-1, 9), [-1, 9]],
  ['<i4', Int32Array.of(-1, 2 ** 31 - 1), [-1, 2 ** 31 - 1]],
  ['<u4', Uint32Array.of(3, 2 ** 31 - 1), [3, 2 ** 31 - 1]],
  ['<i8', BigInt64Array.of(-1n, 2n ** 31n - 1n, -(2n ** 31n)), [-1, 2 ** 31 - 1, -(2 ** 31)]],
  ['<u8', BigUint64Array.of(0n, 2n ** 31n - 1n), [0, 2 ** 31 - 1]],
  ['<i8', new BigInt64Array(0), []],
])('labels of type %s are read', async (type, data, labels) => {
  expect(await read(type, data)).toEqual(labels)
})

test.each([
  ['<u4', Uint32Array.of(2 ** 31), 'label 0'],
  ['<i8', BigInt64Array.of(1n, 2n ** 31n), 'label 1'],
  ['<i8', BigInt64Array.of(-(2n ** 31n) - 1n), 'label 0'],
  ['<u8', BigUint64Array.of(2n ** 64n - 1n), 'label 0'],
  ['<f4', Float32Array.of(1), 'its type is <f4'],
])('labels of type %s that are no whole numbers of 32 bits are refused', async (type, data, why) => {
  await expect(read(type, data)).rejects.toMatchObject({
    code: 'bad-npy',
    problem: expect.stringContaining(why) as string,
  })
})

test('a table is no list of labels', async () => {
  await expect(read('<i4', Int32Array.of(1, 2, 3, 4), 2)).rejects.toMatchObject({ code: 'bad-npy' })
})
