import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix } from './matrix.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import type { SafetensorsFile } from './safetensors.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(header: unknown, dataBytes: number, claimed?: bigint): Promise<SafetensorsFile> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(claimed ?? BigInt(json.length))
  const path = join(folder, 'read.safetensors')
  await writeFile(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]))
  return readSafetensors(path)
}

const f32 = (shape: readonly number[], begin: number, end: number): unknown => {
  return { dtype: 'F32', shape, data_offsets: [begin, end] }
}

test('a file has the documented layout: length, JSON padded to 8 bytes, then the tensors by name', async () => {
  const path = join(folder, 'a.safetensors')
  await writeSafetensors(
    path,
    { w: matrix(1, 2, Float32Array.of(1, 2)), b: matrix(1, 1, Float32Array.of(3)) },
    { k: 'v' },
  )
  const json =
    '{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
    '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}'
  const bytes = await readFile(path)
  const padded = Math.ceil(json.length / 8) * 8
  expect(Number(bytes.readBigUInt64LE())).toBe(padded)
  expect(bytes.toString('utf8', 8, 8 + padded)).toBe(json.padEnd(padded))
  expect([0, 4, 8].map((at) => bytes.readFloatLE(8 + padded + at))).toEqual([3, 1, 2])
})

test('tensors and texts come back as they were', async () => {
  const path = join(folder, 'b.safetensors')
  const tensors = { weight: matrix(2, 2, Float32Array.of(1, -2, 0.5, NaN)), empty: matrix(0, 3), é: matrix(1, 1) }
  await writeSafetensors(path, tensors, { classes: '["bee"]' })
  expect(await readSafetensors(path)).toEqual({ tensors, metadata: { classes: '["bee"]' } })
  await writeSafetensors(path, {})
  expect(await readSafetensors(path)).toEqual({ tensors: {}, metadata: {} })
})

test('tensors of every float type are read (1, -2 and 0.5 by their bit patterns)', async () => {
  const path = join(folder, 'types.safetensors')
  const parts = [
    Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x3800).buffer),
    Buffer.from(Uint16Array.of(0x3f80, 0xc000, 0x3f00).buffer),
    Buffer.from(Float64Array.of(1, -2, 0.5).buffer),
  ]
  const json = Buffer.from(
    JSON.stringify({
      half: { dtype: 'F16', shape: [3], data_offsets: [0, 6] },
      brain: { dtype: 'BF16', shape: [1, 3], data_offsets: [6, 12] },
      double: { dtype: 'F64', shape: [3], data_offsets: [12, 36] },
    }),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  await writeFile(path, Buffer.concat([length, json, ...parts]))
  const { tensors } = await readSafetensors(path)
  const expected = Float32Array.of(1, -2, 0.5)
  expect(tensors).toEqual({
    half: matrix(3, 1, expected),
    brain: matrix(1, 3, expected),
    double: matrix(3, 1, expected),
  })
})

test('half floats are written as F16 and come back rounded', async () => {
  const path = join(folder, 'half.safetensors')
  await writeSafetensors(path, { w: matrix(1, 3, Float32Array.of(1, 0.1, -65504)) }, {}, { dtype: 'float16' })
  const bytes = await readFile(path)
  const dataStart = 8 + Number(bytes.readBigUInt64LE())
  expect(bytes.toString('utf8', 8, dataStart).trim()).toBe('{"w":{"dtype":"F16","shape":[1,3],"data_offsets":[0,6]}}')
  expect([0, 2, 4].map((at) => bytes.readUInt16LE(dataStart + at))).toEqual([0x3c00, 0x2e66, 0xfbff])
  expect([...(await readSafetensors(path)).tensors.w!.data]).toEqual([1, 0.0999755859375, -65504])
})

test('a vector is read as one column', async () => {
  expect((await read({ bias: f32([2], 0, 8) }, 8)).tensors.bias).toEqual(matrix(2, 1))
})

test.each([
  ['an endless header', {}, 0, 1n << 63n, 'its header claims'],
  ['a header beyond the file', {}, 0, 1000n, 'its header claims 1000 bytes'],
  ['no JSON', '{"a"', 0, undefined, 'no JSON object'],
  ['a list', [], 0, undefined, 'no JSON object'],
  ['data beyond the file', { a: f32([1, 2], 0, 8) }, 4, undefined, 'take 8 bytes of 4'],
  ['bytes that belong to nothing', { a: f32([1, 1], 0, 4) }, 8, undefined, 'take 4 bytes of 8'],
  ['overlapping tensors', { a: f32([1, 1], 0, 4), b: f32([1, 1], 0, 4) }, 4, undefined, '"b" (1 x 1) cannot lie in'],
  ['a shape that does not fit', { a: f32([2, 2], 0, 4) }, 4, undefined, '"a" (2 x 2) cannot lie in'],
  ['a negative size', { a: f32([-1, -1], 0, 4) }, 4, undefined, 'of "a"'],
  ['rows without end, of no columns', { a: f32([2 ** 40, 0], 0, 0) }, 0, undefined, 'of "a"'],
  ['a three-dimensional tensor', { a: f32([1, 1, 1], 0, 4) }, 4, undefined, 'only vectors and matrices'],
  [
    'whole numbers',
    { a: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } },
    4,
    undefined,
    'only tensors of type F16',
  ],
  ['too few half floats', { a: { dtype: 'F16', shape: [1], data_offsets: [0, 4] } }, 4, undefined, 'cannot lie in'],
  ['metadata that is no text', { __metadata__: { a: 1 } }, 0, undefined, 'of "__metadata__"'],
])('a file with %s is refused with the reason', async (...[, header, dataBytes, claimed, why]) => {
  await expect(read(header, dataBytes, claimed)).rejects.toMatchObject({
    code: 'bad-safetensors',
    problem: expect.stringContaining(why) as string,
  })
})

test('a folder is no file', async () => {
  await expect(readSafetensors(folder)).rejects.toMatchObject({ code: 'unreadable-file' })
})
