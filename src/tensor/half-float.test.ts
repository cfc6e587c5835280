import fc from 'fast-check'
import { expect, test } from 'vitest'
import { narrowToHalves, widenHalves } from './half-float.ts'

/** The definition of IEEE 754 binary16. */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 0x3ff]
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

test('every half float widens to its value, and narrows back to itself', () => {
  const halves = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits)
  const floats = new Float32Array(1 << 16)
  widenHalves(halves, floats)
  expect(floats).toEqual(Float32Array.from(halves, valueOf))
  const quietNaN = (bits: number): number => (Number.isNaN(valueOf(bits)) ? (bits & 0x8000) | 0x7e00 : bits)
  expect(narrowToHalves(floats)).toEqual(halves.map(quietNaN))
})

test('narrowing goes to the nearest half float, and between two to the even one', () => {
  const near = fc.tuple(fc.nat(0x7bff), fc.constantFrom(0, 0.25, 0.5, 0.5 + 2 ** -12, 0.75), fc.boolean())
  fc.assert(
    fc.property(near, ([bits, share, negative]) => {
      const [below, above] = [valueOf(bits), bits === 0x7bff ? 65536 : valueOf(bits + 1)]
      const value = (negative ? -1 : 1) * (below + share * (above - below))
      const up = share > 0.5 || (share === 0.5 && bits % 2 === 1)
      expect(narrowToHalves(Float32Array.of(value))[0]).toBe(bits + (up ? 1 : 0) + (negative ? 0x8000 : 0))
    }),
    { numRuns: 500 },
  )
})

test.each([
  [65519.996, 0x7bff],
  [65520, 0x7c00],
  [3e38, 0x7c00],
  [-Infinity, 0xfc00],
  [NaN, 0x7e00],
  [-0, 0x8000],
  [2 ** -25, 0],
  [2 ** -25 * 1.001, 1],
  [3 * 2 ** -25, 2],
  [2 ** -14 - 2 ** -26, 0x0400],
  [1e-45, 0],
])('%f is %i as numpy narrows it', (value, bits) => {
  expect(narrowToHalves(Float32Array.of(value))[0]).toBe(bits)
})
