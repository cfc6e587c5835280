import sharp from 'sharp'
import { opponentPlanes } from '../encoders/opponent-planes.ts'
import { patternBins, ternaryPatterns } from '../encoders/ternary-patterns.ts'

/** Edge of the picture that the demo VLM makes out, in pixels: too few to count every spot. */
const edge = 56
/** Cells of the gradient histogram along an edge. */
const cells = 7
const orientations = 8
/** Steps of each colour channel in the colour histogram. */
const shades = 4
const gradientDims = cells * cells * orientations

const colourDims = 2 * shades ** 3
/** Of the small patterns, beside about 2 for the gradients and 5 for the colours. */
const patternLength = 10

/** Length of {@link sightFeatures}. */
export const sightDims: number = gradientDims + colourDims + 3 * patternBins

/** RGB bytes of a picture, shrunk to what the demo VLM makes out; `area` in pixels is that of the whole picture. */
export interface Glimpse {
  readonly pixels: Uint8Array
  readonly area: number
}

/**
 * Looks at an encoded picture (JPEG, PNG, WebP, GIF, SVG).
 *
 * @throws Error of sharp when it is no picture or has more than 50 million pixels.
 */
export async function glimpse(picture: Uint8Array): Promise<Glimpse> {
  const image = sharp(picture, { limitInputPixels: 50e6 })
  const { width, height } = await image.metadata()
  const shrunk = image.autoOrient().flatten().toColourspace('srgb').resize(edge, edge, { fit: 'fill', kernel: 'cubic' })
  return { pixels: await shrunk.raw().toBuffer(), area: width * height }
}

/**
 * Describes what was seen: a coarse histogram of oriented gradients, the colours of the middle and of the surroundings, and small patterns.
 *
 * @param mirrored - Describe the mirror image instead: a second training example for free.
 * @returns Shape `[sightDims]`.
 * @see Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005 (gradient of the strongest channel).
 */
export function sightFeatures(pixels: Uint8Array, mirrored = false): Float32Array {
  const seen = mirrored ? mirror(pixels) : pixels
  const features = new Float32Array(sightDims)
  gradients(seen, features.subarray(0, gradientDims))
  colours(seen, features.subarray(gradientDims, gradientDims + colourDims))
  patterns(seen, features.subarray(gradientDims + colourDims))
  return features
}

function gradients(pixels: Uint8Array, histogram: Float32Array): void {
  for (let y = 1; y < edge - 1; y++) {
    for (let x = 1; x < edge - 1; x++) {
      const { dx, dy } = steepest(pixels, (y * edge + x) * 3)
      const angle = (Math.atan2(dy, dx) + Math.PI) % Math.PI
      const cell = Math.floor((y * cells) / edge) * cells + Math.floor((x * cells) / edge)
      const orientation = Math.min(orientations - 1, Math.floor((angle / Math.PI) * orientations))
      histogram[cell * orientations + orientation]! += Math.hypot(dx, dy) / 255
    }
  }
  const norm = Math.hypot(...histogram) + 0.1
  for (let i = 0; i < histogram.length; i++) histogram[i] = 2 * Math.sqrt(histogram[i]! / norm)
}

function steepest(pixels: Uint8Array, at: number): { dx: number; dy: number } {
  let [dx, dy] = [0, 0]
  for (let channel = at; channel < at + 3; channel++) {
    const across = pixels[channel + 3]! - pixels[channel - 3]!
    const down = pixels[channel + 3 * edge]! - pixels[channel - 3 * edge]!
    if (across ** 2 + down ** 2 > dx ** 2 + dy ** 2) [dx, dy] = [across, down]
  }
  return { dx, dy }
}

function colours(pixels: Uint8Array, histogram: Float32Array): void {
  const shade = (value: number): number => (value * shades) >> 8
  for (let i = 0; i < edge * edge; i++) {
    const [red, green, blue] = [pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!]
    const fromMiddle = Math.hypot((i % edge) - edge / 2, Math.floor(i / edge) - edge / 2)
    const colour = (shade(red) * shades + shade(green)) * shades + shade(blue)
    histogram[2 * colour + (fromMiddle < 0.3 * edge ? 1 : 0)]! += 1
  }
  for (let i = 0; i < histogram.length; i++) histogram[i] = (4 * Math.sqrt(histogram[i]!)) / edge
}

/** Small patterns of brightness and colour, as the built-in encoder sees them, but in the shrunken picture. */
function patterns(pixels: Uint8Array, histogram: Float32Array): void {
  const planes = opponentPlanes(pixels)
  planes.forEach((plane, p) => ternaryPatterns(plane, edge, histogram.subarray(p * patternBins, (p + 1) * patternBins)))
  const length = Math.hypot(...histogram) || 1
  for (let i = 0; i < histogram.length; i++) histogram[i] = (patternLength * histogram[i]!) / length
}

function mirror(pixels: Uint8Array): Uint8Array {
  const mirrored = new Uint8Array(pixels.length)
  for (let i = 0; i < edge * edge; i++) {
    const source = i - (i % edge) + (edge - 1 - (i % edge))
    mirrored.set(pixels.subarray(3 * source, 3 * source + 3), 3 * i)
  }
  return mirrored
}
