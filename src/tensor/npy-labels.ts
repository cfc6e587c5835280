import { LabelwrightError } from '../core/error.ts'
import { readWhole } from './float-file.ts'
import { openNpyFile } from './npy-header.ts'

const wanted = {
  bytesOf: { '|b1': 1, '|i1': 1, '|u1': 1, '<i2': 2, '<u2': 2, '<i4': 4, '<u4': 4, '<i8': 8, '<u8': 8 },
  what: 'labels',
  fix: 'Save it with numpy.save(path, labels.astype("int32")), one-dimensional.',
} as const

type WholeType = keyof typeof wanted.bytesOf

const narrow = {
  '|b1': Uint8Array,
  '|u1': Uint8Array,
  '|i1': Int8Array,
  '<i2': Int16Array,
  '<u2': Uint16Array,
} as const

/**
 * Reads a one-dimensional numpy array of whole numbers, or of booleans as 0 and 1.
 *
 * @throws {@link LabelwrightError} `bad-npy` (also for a number beyond 32 bits), `file-not-found`, `unreadable-file`.
 */
export async function readNpyLabels(path: string): Promise<Int32Array> {
  const { file, header } = await openNpyFile(path, wanted)
  try {
    if (header.cols !== 1) throw badLabels(path, `it has ${header.cols} columns`)
    const bytes = new Uint8Array(header.rows * wanted.bytesOf[header.type])
    await readWhole(file, bytes, header.dataStart)
    return toInt32(bytes.buffer, header.type, path)
  } finally {
    await file.close()
  }
}

function toInt32(buffer: ArrayBuffer, type: WholeType, path: string): Int32Array {
  if (type === '<i4') return new Int32Array(buffer)
  if (type === '<u4' || type === '<i8' || type === '<u8') return lowWords(new Int32Array(buffer), type, path)
  return Int32Array.from(new narrow[type](buffer))
}

/** The numbers without the words that only repeat their sign. */
function lowWords(words: Int32Array, type: '<u4' | '<i8' | '<u8', path: string): Int32Array {
  const stride = type === '<u4' ? 1 : 2
  const low = new Int32Array(words.length / stride)
  for (let i = 0; i < low.length; i++) {
    low[i] = words[i * stride]!
    const sign = low[i]! >> 31
    const fits = stride === 1 || words[i * stride + 1] === sign
    if (!fits || (sign !== 0 && type !== '<i8')) throw badLabels(path, `label ${i} (counted from 0) is beyond 32 bits`)
  }
  return low
}

function badLabels(path: string, why: string): LabelwrightError {
  return new LabelwrightError('bad-npy', `${path} cannot be read as ${wanted.what}: ${why}.`, wanted.fix)
}
