import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { LabelwrightError } from '../core/error.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { fileError } from '../files/file-error.ts'
import { floatTypes, readExactly, readFloats } from './float-file.ts'
import { matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'

const magic = '\x93NUMPY'
const maxHeaderBytes = 1 << 20

/**
 * Reads a numpy array: 2-D as it is, 1-D as one column. Types `<f2`, `<f4` and `<f8` (rounded to 32 bits), row-major, versions 1 to 3.
 *
 * @throws {@link LabelwrightError} `bad-npy` (also when the file's length is not what its header says), `file-not-found`, `unreadable-file`.
 * @see NEP 1 and `numpy/lib/format.py`.
 */
export async function readNpy(path: string): Promise<Matrix> {
  const file = await open(path).catch((thrown: unknown) => {
    throw fileError(path, thrown)
  })
  try {
    const { type, rows, cols, dataStart } = await readHeader(file, path)
    const { size } = await file.stat()
    const expected = dataStart + rows * cols * floatTypes[type].bytes
    if (size !== expected) throw badNpy(path, `its header promises ${expected} bytes, it has ${size}`)
    return matrix(rows, cols, await readFloats(file, dataStart, rows * cols, type))
  } finally {
    await file.close()
  }
}

/**
 * Writes a matrix as numpy writes a C-ordered `float32` array, byte for byte.
 *
 * @throws {@link LabelwrightError} `cannot-write`.
 */
export async function writeNpy(path: string, { rows, cols, data }: Matrix): Promise<void> {
  await writeFileAtomic(path, [npyHeader(rows, cols), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])
}

function npyHeader(rows: number, cols: number): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`
  // Numpy leaves room for the first dimension to grow to 21 digits, then fills up to a multiple of 64 bytes.
  const padded = dictionary + ' '.repeat(21 - String(rows).length)
  const total = Math.ceil((10 + padded.length + 1) / 64) * 64
  const length = total - 10
  return Buffer.from(`${magic}\x01\x00${byteText(length)}${padded.padEnd(length - 1)}\n`, 'latin1')
}

function byteText(length: number): string {
  return String.fromCharCode(length & 255, length >> 8)
}

interface NpyHeader {
  readonly type: keyof typeof floatTypes
  readonly rows: number
  readonly cols: number
  readonly dataStart: number
}

async function readHeader(file: FileHandle, path: string): Promise<NpyHeader> {
  const start = Buffer.alloc(12)
  await readExactly(file, start, 0)
  if (start.toString('latin1', 0, 6) !== magic) throw badNpy(path, 'it does not begin as a numpy array')
  const version = start[6]!
  if (version < 1 || version > 3) throw badNpy(path, `it is of version ${version}, known are 1 to 3`)
  const [textStart, length] = version === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)]
  if (length > maxHeaderBytes) throw badNpy(path, `its header claims ${length} bytes`)
  const text = Buffer.alloc(length)
  if (!(await readExactly(file, text, textStart))) throw badNpy(path, 'it ends within the header')
  return { ...parseHeader(text.toString('utf8'), path), dataStart: textStart + length }
}

function parseHeader(text: string, path: string): Omit<NpyHeader, 'dataStart'> {
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  if (!isFloatType(type))
    throw badNpy(path, `its type is ${type ?? 'unknown'}, known are ${Object.keys(floatTypes).join(', ')}`)
  if (!/'fortran_order':\s*False/.test(text)) throw badNpy(path, 'it is stored column by column (fortran_order)')
  const shape = /'shape':\s*\(([\d\sL,]*)\)/.exec(text)?.[1]
  const sizes = (shape ?? '').split(',').filter((size) => size.trim() !== '')
  const [rows, cols = 1] = sizes.map((size) => Number.parseInt(size, 10))
  if (rows === undefined || sizes.length > 2 || !Number.isSafeInteger(rows * cols)) {
    throw badNpy(path, `its shape is (${shape ?? '?'}), not that of a matrix or a vector`)
  }
  return { type, rows, cols }
}

function isFloatType(type: string | undefined): type is keyof typeof floatTypes {
  return type !== undefined && Object.hasOwn(floatTypes, type)
}

function badNpy(path: string, why: string): LabelwrightError {
  return new LabelwrightError(
    'bad-npy',
    `${path} cannot be read as a matrix: ${why}.`,
    'Save it with numpy.save(path, numpy.ascontiguousarray(array, dtype="float32")), two-dimensional.',
  )
}
