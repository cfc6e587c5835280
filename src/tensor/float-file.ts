import type { FileHandle } from 'node:fs/promises'
import { LabelwrightError } from '../core/error.ts'

const bytesPerRead = 1 << 26

/** How a stored number becomes a 32-bit float, by numpy's name of its type (little-endian). */
export const floatTypes = {
  '<f2': { bytes: 2, at: (view: DataView, offset: number): number => halfToNumber(view.getUint16(offset, true)) },
  '<f4': { bytes: 4, at: (view: DataView, offset: number): number => view.getFloat32(offset, true) },
  '<f8': { bytes: 8, at: (view: DataView, offset: number): number => view.getFloat64(offset, true) },
} as const

/**
 * Reads `count` numbers from a byte position of a file that is known to be long enough, piece by piece: `readFile` stops at 2 GiB.
 *
 * @throws {@link LabelwrightError} `unreadable-file` when the file was cut meanwhile.
 */
export async function readFloats(
  file: FileHandle,
  position: number,
  count: number,
  type: keyof typeof floatTypes = '<f4',
): Promise<Float32Array> {
  const { bytes, at } = floatTypes[type]
  const floats = new Float32Array(count)
  const piece = new Uint8Array(Math.min(bytesPerRead, count * bytes))
  const view = new DataView(piece.buffer)
  for (let done = 0; done < count;) {
    const wanted = Math.min(piece.length / bytes, count - done)
    if (!(await readExactly(file, piece.subarray(0, wanted * bytes), position + done * bytes))) throw cutShort()
    if (type === '<f4') floats.set(new Float32Array(piece.buffer, 0, wanted), done)
    else for (let i = 0; i < wanted; i++) floats[done + i] = at(view, i * bytes)
    done += wanted
  }
  return floats
}

/** Fills `target` from a position of the file; false where the file ends before. */
export async function readExactly(file: FileHandle, target: Uint8Array, position: number): Promise<boolean> {
  for (let filled = 0; filled < target.length;) {
    const { bytesRead } = await file.read(target, filled, target.length - filled, position + filled)
    if (bytesRead === 0) return false
    filled += bytesRead
  }
  return true
}

function cutShort(): LabelwrightError {
  return new LabelwrightError(
    'unreadable-file',
    'A file of numbers became shorter while it was read.',
    'Read it again.',
  )
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
