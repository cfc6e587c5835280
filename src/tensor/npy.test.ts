import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { openNpy, readNpy, writeNpy } from './npy.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A file as `numpy/lib/format.py` describes it: magic, version, length of the header, header, data. */
function npyBytes(version: number, header: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  length.writeUIntLE(header.length, 0, length.length)
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]), length, Buffer.from(header), data])
}

function headerOf(type: string, shape: string, fortran = 'False'): string {
  return `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`
}

async function read(bytes: Uint8Array): Promise<Matrix> {
  const path = join(folder, 'read.npy')
  await writeFile(path, bytes)
  return readNpy(path)
}

function bytesOf(numbers: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(numbers.buffer)
}

test('a written matrix has the bytes that numpy.save gives (numpy 2.4: header of 118 bytes, then little-endian floats)', async () => {
  const path = join(folder, 'written.npy')
  await writeNpy(path, matrix(2, 3, Float32Array.of(0, 1, 2, 3, 4, 5)))
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.padEnd(117) + '\n'
  expect(await readFile(path)).toEqual(npyBytes(1, header, bytesOf(Float32Array.of(0, 1, 2, 3, 4, 5))))
})

test('every matrix comes back as it was', async () => {
  const path = join(folder, 'property.npy')
  const shaped = fc
    .tuple(fc.nat(5), fc.nat(5))
    .chain(([rows, cols]) =>
      fc.float32Array({ minLength: rows * cols, maxLength: rows * cols }).map((data) => matrix(rows, cols, data)),
    )
  await fc.assert(
    fc.asyncProperty(shaped, async (m) => {
      await writeNpy(path, m)
      expect(await readNpy(path)).toEqual(m)
    }),
    { numRuns: 40 },
  )
})

test('a view on part of a larger array is written without its surroundings', async () => {
  const path = join(folder, 'view.npy')
  await writeNpy(path, matrix(1, 2, Float32Array.of(9, 1, 2, 9).subarray(1, 3)))
  expect([...(await readNpy(path)).data]).toEqual([1, 2])
})

test('versions 2 and 3, doubles, and vectors as one column are read', async () => {
  const doubles = bytesOf(Float64Array.of(0.5, -2, 1e300))
  expect(await read(npyBytes(2, headerOf('<f8', '(3,)'), doubles))).toEqual(
    matrix(3, 1, Float32Array.of(0.5, -2, Infinity)),
  )
  const floats = bytesOf(Float32Array.of(1, 2))
  expect(await read(npyBytes(3, headerOf('<f4', '(1L, 2L)'), floats))).toEqual(matrix(1, 2, Float32Array.of(1, 2)))
})

test('half floats are read (bit patterns from the table of IEEE 754 binary16 examples)', async () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000, 0x7c00, 0xfc00, 0x7e00)
  const { data } = await read(npyBytes(1, headerOf('<f2', '(10,)'), bytesOf(halves)))
  expect([...data]).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125, -0, Infinity, -Infinity, NaN])
})

test('a matrix written in half floats has the bytes that numpy.save gives for float16 (numpy 2.4)', async () => {
  const path = join(folder, 'half.npy')
  await writeNpy(path, matrix(2, 2, Float32Array.of(1, -2, 0.1, 1e9)), { dtype: 'float16' })
  const header = `{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2), }`.padEnd(117) + '\n'
  const halves = bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x2e66, 0x7c00))
  expect(await readFile(path)).toEqual(npyBytes(1, header, halves))
})

test('any rows of an open file are those of the whole one, whatever its type', async () => {
  const values = Array.from({ length: 21 }, (_, i) => i / 4)
  const path = join(folder, 'open.npy')
  const contents = [
    ['<f4', bytesOf(Float32Array.from(values))],
    ['<f8', bytesOf(Float64Array.from(values))],
  ] as const
  for (const [type, data] of contents) {
    await writeFile(path, npyBytes(1, headerOf(type, '(7, 3)'), data))
    const file = await openNpy(path)
    expect([file.rows, file.cols]).toEqual([7, 3])
    const target = new Float32Array(30)
    const range = fc.tuple(fc.nat(7), fc.nat(7)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    await fc.assert(
      fc.asyncProperty(range, fc.boolean(), async ([from, to], reuse) => {
        const part = await file.readRows(from, to, ...(reuse ? [target] : []))
        expect([...part.data]).toEqual(values.slice(from * 3, to * 3))
        expect(part.data.buffer === target.buffer).toBe(reuse)
      }),
      { numRuns: 20 },
    )
    for (const [from, to] of [
      [0, 8],
      [-1, 2],
      [3, 2],
    ] as const) {
      await expect(file.readRows(from, to)).rejects.toMatchObject({ code: 'bad-shape' })
    }
    await expect(file.readRows(0, 2, new Float32Array(5))).rejects.toMatchObject({ code: 'bad-shape' })
    await file.close()
  }
})

test('a file that is cut while it is open is noticed', async () => {
  const path = join(folder, 'cut.npy')
  await writeNpy(path, matrix(4, 4))
  const file = await openNpy(path)
  await truncate(path, 150)
  await expect(file.readRows(0, 4)).rejects.toMatchObject({ code: 'unreadable-file' })
  await file.close()
})

test.each([
  ['column by column', npyBytes(1, headerOf('<f4', '(1, 1)', 'True'), new Uint8Array(4)), 'column by column'],
  ['big-endian', npyBytes(1, headerOf('>f4', '(1, 1)'), new Uint8Array(4)), 'its type is >f4'],
  ['of integers', npyBytes(1, headerOf('<i8', '(1, 1)'), new Uint8Array(8)), 'its type is <i8'],
  ['of three dimensions', npyBytes(1, headerOf('<f4', '(1, 1, 1)'), new Uint8Array(4)), 'its shape is (1, 1, 1)'],
  ['a single number', npyBytes(1, headerOf('<f4', '()'), new Uint8Array(4)), 'its shape is ()'],
  ['cut short', npyBytes(1, headerOf('<f4', '(2, 2)'), new Uint8Array(12)), 'promises'],
  ['too long', npyBytes(1, headerOf('<f4', '(1, 1)'), new Uint8Array(5)), 'promises'],
  ['absurdly large', npyBytes(1, headerOf('<f4', '(9007199254740991, 9)'), new Uint8Array(4)), 'its shape'],
  ['empty, of rows without end', npyBytes(1, headerOf('<f4', '(9007199254740991, 0)'), new Uint8Array(0)), 'its shape'],
  ['of a garbled shape', npyBytes(1, headerOf('<f4', '(1 2,)'), new Uint8Array(4)), 'its shape'],
  ['of a later version', npyBytes(4, headerOf('<f4', '(1, 1)'), new Uint8Array(4)), 'of version 4'],
  ['a header alone', npyBytes(1, headerOf('<f4', '(1, 1)'), new Uint8Array(0)).subarray(0, 40), 'within the header'],
  ['a huge header', npyBytes(2, 'x', new Uint8Array(0)).fill(255, 8, 12), 'its header claims'],
  ['a picture', Buffer.from('\x89PNG'), 'does not begin as a numpy array'],
])('an array that is %s is refused with the reason', async (_, bytes, why) => {
  await expect(read(bytes)).rejects.toMatchObject({
    code: 'bad-npy',
    problem: expect.stringContaining(why) as string,
  })
})

test('a missing file is named, and a folder is no file', async () => {
  await expect(readNpy(folder)).rejects.toMatchObject({ code: 'unreadable-file' })
  await expect(readNpy(join(folder, 'gone.npy'))).rejects.toMatchObject({ code: 'file-not-found' })
})
