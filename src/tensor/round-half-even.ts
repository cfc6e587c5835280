/** Above this, 64-bit floats have no digits behind the point: adding it makes the processor round, halves to even. */
const noFraction = 1.5 * 2 ** 52

/** The nearest whole number, halves to the even one as numpy and IEEE 754 do (`Math.round` rounds them up). For magnitudes below 2^51. */
export function roundHalfEven(value: number): number {
  return value + noFraction - noFraction
}
