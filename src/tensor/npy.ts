import { LabelwrightError } from '../core/error.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { readFloats } from './float-file.ts'
import { narrowToHalves } from './half-float.ts'
import { matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { npyHeader, openNpyFile } from './npy-header.ts'

const floatTypes = { '<f2': 'float16', '<f4': 'float32', '<f8': 'float64' } as const

const wanted = {
  bytesOf: { '<f2': 2, '<f4': 4, '<f8': 8 },
  what: 'a matrix',
  fix: 'Save it with numpy.save(path, numpy.ascontiguousarray(array, dtype="float32")), two-dimensional.',
}

/** An open `.npy` matrix whose rows are read when they are needed. */
export interface NpyFile {
  readonly rows: number
  readonly cols: number
  /**
   * Reads rows `from..to-1`.
   *
   * @param target - Where they go, to spare memory; at least `(to - from) * cols` long. Default: a new array.
   * @throws {@link LabelwrightError} `bad-shape` for rows that the file does not have, or a target that is too short; `unreadable-file`.
   */
  readRows(from: number, to: number, target?: Float32Array): Promise<Matrix>
  close(): Promise<void>
}

/**
 * Opens a numpy array for reading it in parts: 2-D as it is, 1-D as one column. Types `<f2`, `<f4` and `<f8` (rounded to 32 bits),
 * row-major, versions 1 to 3.
 *
 * @throws {@link LabelwrightError} `bad-npy` (also when the file's length is not what its header says), `file-not-found`, `unreadable-file`.
 */
export async function openNpy(path: string): Promise<NpyFile> {
  const { file, header } = await openNpyFile(path, wanted)
  const { type, rows, cols, dataStart } = header
  return {
    rows,
    cols,
    readRows: async (from, to, target) => {
      if (!(from >= 0 && from <= to && to <= rows)) {
        throw new LabelwrightError('bad-shape', `${path} has ${rows} rows, not ${from} to ${to}.`, 'Check the range.')
      }
      const part = matrix(to - from, cols, target?.subarray(0, (to - from) * cols))
      await readFloats(file, dataStart + from * cols * wanted.bytesOf[type], part.data, floatTypes[type])
      return part
    },
    close: () => file.close(),
  }
}

/**
 * Reads a numpy array as {@link openNpy} does, all of it.
 *
 * @throws {@link LabelwrightError} `bad-npy`, `file-not-found`, `unreadable-file`.
 */
export async function readNpy(path: string): Promise<Matrix> {
  const file = await openNpy(path)
  try {
    return await file.readRows(0, file.rows)
  } finally {
    await file.close()
  }
}

/**
 * Writes a matrix as numpy writes a C-ordered array, byte for byte.
 *
 * @param options.dtype - `float16` halves the file and keeps 3 digits of numbers up to 65504. Default `float32`.
 * @throws {@link LabelwrightError} `cannot-write`.
 */
export async function writeNpy(
  path: string,
  { rows, cols, data }: Matrix,
  { dtype = 'float32' }: { readonly dtype?: 'float16' | 'float32' } = {},
): Promise<void> {
  const numbers = dtype === 'float16' ? narrowToHalves(data) : data
  await writeFileAtomic(path, [
    npyHeader(dtype === 'float16' ? '<f2' : '<f4', rows, cols),
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  ])
}
