import { roundHalfEven } from './round-half-even.ts'

const infiniteHalf = 0x7c00
const infiniteFloat = 0x7f800000
/** What the exponents of the two formats differ by (127 - 15), in its place among the bits of a 32-bit float. */
const rebias = 112 << 23

/**
 * Widens 16-bit floats to 32 bits, exactly.
 *
 * @param halves - IEEE 754 binary16, shape `[n]`.
 * @param target - Shape `[n]`; filled.
 */
export function widenHalves(halves: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!
    const sign = (half & 0x8000) << 16
    const magnitude = half & 0x7fff
    if (magnitude >= infiniteHalf) bits[i] = sign | infiniteFloat | ((magnitude & 0x3ff) << 13)
    else if (magnitude >= 0x400) bits[i] = sign | ((magnitude << 13) + rebias)
    else target[i] = (sign === 0 ? 1 : -1) * magnitude * 2 ** -24
  }
}

/**
 * Narrows 32-bit floats to 16 bits as numpy does: to the nearest, halves to even; from 65520 on to infinity, small ones to subnormals.
 *
 * @returns IEEE 754 binary16, shape `[n]`; every NaN becomes `0x7e00`, its sign kept.
 */
export function narrowToHalves(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  const halves = new Uint16Array(floats.length)
  for (let i = 0; i < halves.length; i++) {
    halves[i] = ((bits[i]! >>> 16) & 0x8000) | magnitudeOf(bits[i]! & 0x7fffffff, floats[i]!)
  }
  return halves
}

function magnitudeOf(bits: number, value: number): number {
  if (bits > infiniteFloat) return 0x7e00
  if (bits >= 0x477ff000) return infiniteHalf
  if (bits < 0x38800000) return roundHalfEven(Math.abs(value) * 2 ** 24)
  const rebiased = bits - rebias
  return (rebiased + 0xfff + ((rebiased >> 13) & 1)) >> 13
}
