import { hellinger } from './hellinger.ts'

const cells = 4
const orientations = 8

/** Length of {@link orientationHistogram}. */
export const orientationBins: number = cells * cells * orientations

/**
 * Where a picture's edges run which way: gradient strength by cell of a 4 x 4 grid and by direction, shared between the two nearest
 * directions, as square roots of shares.
 *
 * @param brightness - Shape `[side, side]`, values in 0..255.
 * @param into - Takes the histogram, shape `[128]`, of unit length (zero for a flat picture).
 * @see Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005.
 */
export function orientationHistogram(brightness: Float32Array, side: number, into: Float32Array): void {
  into.fill(0)
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x
      const dx = brightness[i + 1]! - brightness[i - 1]!
      const dy = brightness[i + side]! - brightness[i - side]!
      const strength = Math.sqrt(dx * dx + dy * dy)
      if (strength < weakestEdge) continue
      const direction = ((Math.atan2(dy, dx) / Math.PI + 1) * orientations) % orientations
      const lower = Math.floor(direction)
      const toUpper = direction - lower
      const cell = (Math.floor((y * cells) / side) * cells + Math.floor((x * cells) / side)) * orientations
      into[cell + lower]! += strength * (1 - toUpper)
      into[cell + ((lower + 1) % orientations)]! += strength * toUpper
    }
  }
  hellinger(into)
}

// Compression alone makes gradients of this size.
const weakestEdge = 2
