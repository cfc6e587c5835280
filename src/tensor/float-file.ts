import { open, type FileHandle } from 'node:fs/promises'
import { LabelwrightError } from '../core/error.ts'
import { fileError } from '../files/file-error.ts'
import { widenHalves } from './half-float.ts'

const bytesPerPiece = 1 << 22
/** The operating system reads less than 2 GiB at once. */
const bytesPerRead = 1 << 30

/** Items are counted in 32 bits; and a matrix without columns may claim any number of rows, for it takes no bytes. */
export const mostRows: number = 2 ** 31 - 1

/**
 * Opens a file for reading at any position.
 *
 * @throws {@link LabelwrightError} `file-not-found`; `unreadable-file`, also for what is no plain file, such as a folder.
 */
export async function openNumbers(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(path).catch((thrown: unknown) => {
    throw fileError(path, thrown)
  })
  const stats = await file.stat()
  if (stats.isFile()) return { file, size: stats.size }
  await file.close()
  throw fileError(path, 'it is no plain file')
}

/** How many bytes a stored number takes (little-endian). */
export const floatBytes = { float16: 2, bfloat16: 2, float32: 4, float64: 8 } as const

/** Names of number types as numpy and PyTorch have them. */
export type FloatType = keyof typeof floatBytes

/**
 * Fills `target` from a byte position of a file that is known to be long enough; doubles are rounded to 32 bits.
 *
 * @throws {@link LabelwrightError} `unreadable-file` when the file was cut meanwhile.
 */
export async function readFloats(
  file: FileHandle,
  position: number,
  target: Float32Array,
  type: FloatType,
): Promise<void> {
  if (type === 'float32') {
    return readWhole(file, new Uint8Array(target.buffer, target.byteOffset, target.byteLength), position)
  }
  const bytes = floatBytes[type]
  const perPiece = bytesPerPiece / bytes
  const piece = new ArrayBuffer(Math.min(bytesPerPiece, target.length * bytes))
  for (let done = 0; done < target.length; done += perPiece) {
    const count = Math.min(perPiece, target.length - done)
    await readWhole(file, new Uint8Array(piece, 0, count * bytes), position + done * bytes)
    widen(piece, target.subarray(done, done + count), type)
  }
}

function widen(piece: ArrayBuffer, target: Float32Array, type: Exclude<FloatType, 'float32'>): void {
  if (type === 'float64') return target.set(new Float64Array(piece, 0, target.length))
  const halves = new Uint16Array(piece, 0, target.length)
  if (type === 'float16') return widenHalves(halves, target)
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i]! << 16
}

/**
 * Fills `target` from a position of a file that is known to be long enough.
 *
 * @throws {@link LabelwrightError} `unreadable-file` when the file was cut meanwhile.
 */
export async function readWhole(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  if (await readExactly(file, target, position)) return
  throw new LabelwrightError('unreadable-file', 'A file of numbers became shorter while it was read.', 'Read it again.')
}

/** Fills `target` from a position of the file; false where the file ends before. */
export async function readExactly(file: FileHandle, target: Uint8Array, position: number): Promise<boolean> {
  for (let filled = 0; filled < target.length;) {
    const wanted = Math.min(bytesPerRead, target.length - filled)
    const { bytesRead } = await file.read(target, filled, wanted, position + filled)
    if (bytesRead === 0) return false
    filled += bytesRead
  }
  return true
}
