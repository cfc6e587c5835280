import type { FileHandle } from 'node:fs/promises'
import { LabelwrightError } from '../core/error.ts'
import { mostRows, openNumbers, readExactly } from './float-file.ts'

const magic = '\x93NUMPY'
const maxHeaderBytes = 1 << 20

/** What the header of a `.npy` file says; `type` is numpy's `descr`, such as `<f4`. A vector has one column. */
export interface NpyHeader<Type extends string> {
  readonly type: Type
  readonly rows: number
  readonly cols: number
  readonly dataStart: number
}

/** How the error names what was wanted. */
interface Wanted<Type extends string> {
  readonly bytesOf: Readonly<Record<Type, number>>
  readonly what: string
  readonly fix: string
}

/**
 * Opens a `.npy` file (row-major, versions 1 to 3), reads its header and compares its length with what the header promises.
 *
 * @param wanted - The types that can be used with their sizes in bytes, and words for the error.
 * @throws {@link LabelwrightError} `bad-npy`, `file-not-found`, `unreadable-file`; the file is closed then.
 * @see NEP 1 and `numpy/lib/format.py`.
 */
export async function openNpyFile<Type extends string>(
  path: string,
  wanted: Wanted<Type>,
): Promise<{ readonly file: FileHandle; readonly header: NpyHeader<Type> }> {
  const bad = (why: string): LabelwrightError =>
    new LabelwrightError('bad-npy', `${path} cannot be read as ${wanted.what}: ${why}.`, wanted.fix)
  const { file, size } = await openNumbers(path)
  try {
    const { text, dataStart } = await readHeaderText(file, bad)
    const header = { ...parseHeader(text, wanted.bytesOf, bad), dataStart }
    const expected = dataStart + header.rows * header.cols * wanted.bytesOf[header.type]
    if (size !== expected) throw bad(`its header promises ${expected} bytes, it has ${size}`)
    return { file, header }
  } catch (thrown) {
    await file.close()
    throw thrown
  }
}

/** The header that numpy writes for a C-ordered matrix, byte for byte. */
export function npyHeader(type: string, rows: number, cols: number): Uint8Array {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`
  // Numpy leaves room for the first dimension to grow to 21 digits, then fills up to a multiple of 64 bytes.
  const padded = dictionary + ' '.repeat(21 - String(rows).length)
  const total = Math.ceil((10 + padded.length + 1) / 64) * 64
  const length = total - 10
  return Buffer.from(`${magic}\x01\x00${byteText(length)}${padded.padEnd(length - 1)}\n`, 'latin1')
}

function byteText(length: number): string {
  return String.fromCharCode(length & 255, length >> 8)
}

type Bad = (why: string) => LabelwrightError

async function readHeaderText(file: FileHandle, bad: Bad): Promise<{ text: string; dataStart: number }> {
  const start = Buffer.alloc(12)
  await readExactly(file, start, 0)
  if (start.toString('latin1', 0, 6) !== magic) throw bad('it does not begin as a numpy array')
  const version = start[6]!
  if (version < 1 || version > 3) throw bad(`it is of version ${version}, known are 1 to 3`)
  const [textStart, length] = version === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)]
  if (length > maxHeaderBytes) throw bad(`its header claims ${length} bytes`)
  const text = Buffer.alloc(length)
  if (!(await readExactly(file, text, textStart))) throw bad('it ends within the header')
  return { text: text.toString('utf8'), dataStart: textStart + length }
}

function parseHeader<Type extends string>(
  text: string,
  bytesOf: Readonly<Record<Type, number>>,
  bad: Bad,
): Omit<NpyHeader<Type>, 'dataStart'> {
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  const known = (name: string | undefined): name is Type => name !== undefined && Object.hasOwn(bytesOf, name)
  if (!known(type)) throw bad(`its type is ${type ?? 'unknown'}, known are ${Object.keys(bytesOf).join(', ')}`)
  if (!/'fortran_order':\s*False/.test(text)) throw bad('it is stored column by column (fortran_order)')
  const shape = /'shape':\s*\(([\d\sL,]*)\)/.exec(text)?.[1]
  const sizes = (shape ?? '').split(',').filter((size) => size.trim() !== '')
  const [rows, cols = 1] = sizes.map((size) => Number(size.replace(/L\s*$/, '')))
  if (rows === undefined || sizes.length > 2 || !(rows <= mostRows && cols <= mostRows)) {
    throw bad(`its shape is (${shape ?? '?'}), not that of a matrix or a vector`)
  }
  return { type, rows, cols }
}
