import { hellinger } from './hellinger.ts'

const greys = 8
const hues = 16
const saturations = 3
const values = 3

/** Length of {@link colourHistogram}. */
export const colourBins: number = greys + hues * saturations * values

/**
 * How much of a picture has which colour: shades of grey, then hue by saturation by value, as square roots of shares.
 *
 * @param pixels - RGB bytes, shape `[n, 3]`.
 * @param into - Takes the histogram, shape `[152]`, of unit length.
 */
export function colourHistogram(pixels: Uint8Array, into: Float32Array): void {
  into.fill(0)
  for (let i = 0; i < pixels.length; i += 3) into[colourBin(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!)]! += 1
  hellinger(into)
}

// Below these, hue is mostly sensor noise.
const leastSaturation = 0.15
const leastValue = 32

function colourBin(r: number, g: number, b: number): number {
  const value = Math.max(r, g, b)
  const chroma = value - Math.min(r, g, b)
  const saturation = value > 0 ? chroma / value : 0
  if (saturation < leastSaturation || value < leastValue) return value >> 5
  const sixth = value === r ? ((g - b) / chroma + 6) % 6 : value === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4
  const hue = Math.round((sixth / 6) * hues) % hues
  const level = Math.min(
    saturations - 1,
    Math.floor(((saturation - leastSaturation) / (1 - leastSaturation)) * saturations),
  )
  return greys + (hue * saturations + level) * values + Math.min(values - 1, Math.floor((value / 256) * values))
}
