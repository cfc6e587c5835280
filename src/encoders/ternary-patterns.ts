import { hellinger } from './hellinger.ts'

/** Distances of a pixel's eight neighbours, in pixels. */
const radii = [1, 2, 4, 8] as const
/** Outer radii of the rings around the centre, as shares of half the side; the corners beyond count nowhere. */
const rings = [0.3, 0.6, 1] as const
/** A neighbour within ± this of the pixel counts as equal: light and compression change as much. */
const tolerance = 9
const codes = 10

/** Length of {@link ternaryPatterns} for one plane. */
export const patternBins: number = radii.length * 2 * rings.length * codes

/**
 * Which small patterns (spots, edges, corners, line ends) a plane shows how far from its centre, as square roots of shares.
 *
 * For every pixel, its eight neighbours at a distance are compared with it; the number of brighter ones in one run is a pattern, of
 * darker ones another, and several runs a tenth. Turning the picture about its centre changes little.
 *
 * @param plane - Shape `[side, side]`.
 * @param into - Takes `[radius, brighter or darker, ring, pattern]`, shape `[240]`; each run of 10 has unit length (or is zero).
 * @see Ojala et al., Multiresolution Gray-Scale and Rotation Invariant Texture Classification with Local Binary Patterns, PAMI 2002;
 *   Tan and Triggs, Enhanced Local Texture Feature Sets, TIP 2010 (ternary patterns).
 */
export function ternaryPatterns(plane: Float32Array, side: number, into: Float32Array): void {
  into.fill(0)
  const ringOf = ringMap(side)
  const perRadius = 2 * rings.length * codes
  let smoothed = plane
  radii.forEach((radius, r) => {
    // Far neighbours are single pixels: smoothed ones speak for their surroundings.
    if (radius > 2) smoothed = smooth(smoothed, side)
    countPatterns(smoothed, ringOf, radius, into.subarray(r * perRadius, (r + 1) * perRadius))
  })
  for (let start = 0; start < into.length; start += codes) hellinger(into.subarray(start, start + codes))
}

function countPatterns(plane: Float32Array, ringOf: Int8Array, radius: number, counts: Float32Array): void {
  const side = Math.sqrt(ringOf.length)
  const diagonal = Math.round(radius * Math.SQRT1_2)
  const forward = [radius, diagonal * side + diagonal, radius * side, diagonal * side - diagonal]
  const brighter = new Uint8Array(plane.length)
  const darker = new Uint8Array(plane.length)
  // Half the neighbours are enough: where one is brighter than the pixel, the pixel is darker than that one.
  forward.forEach((offset, k) => {
    const ahead = 1 << k
    const back = 16 << k
    for (let i = 0, j = offset; j < plane.length; i++, j++) {
      const difference = plane[j]! - plane[i]!
      if (difference > tolerance) {
        brighter[i]! |= ahead
        darker[j]! |= back
      } else if (difference < -tolerance) {
        darker[i]! |= ahead
        brighter[j]! |= back
      }
    }
  })
  const darkerStart = rings.length * codes
  for (let y = radius; y < side - radius; y++) {
    for (let i = y * side + radius; i < (y + 1) * side - radius; i++) {
      const ring = ringOf[i]!
      if (ring < 0) continue
      counts[ring * codes + patternOf[brighter[i]!]!]! += 1
      counts[darkerStart + ring * codes + patternOf[darker[i]!]!]! += 1
    }
  }
}

/** For each set of neighbours around the circle: its size if it is one run (0..8), else 9. */
const patternOf: Uint8Array = Uint8Array.from({ length: 256 }, (_, set) => {
  const turned = (set >> 1) | ((set & 1) << 7)
  return bitCount(set ^ turned) <= 2 ? bitCount(set) : codes - 1
})

function bitCount(byte: number): number {
  let count = 0
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1
  return count
}

function ringMap(side: number): Int8Array {
  const centre = (side - 1) / 2
  return Int8Array.from({ length: side * side }, (_, i) => {
    const distance = Math.hypot((i % side) - centre, Math.floor(i / side) - centre) / (side / 2)
    return rings.findIndex((outer) => distance < outer)
  })
}

/** Blurs with the kernel 1 2 1 both ways; edge pixels are repeated beyond the edge. */
function smooth(plane: Float32Array, side: number): Float32Array {
  const across = new Float32Array(plane.length)
  const both = new Float32Array(plane.length)
  const last = side - 1
  for (let y = 0; y < side; y++) {
    for (let x = 0, i = y * side; x < side; x++, i++) {
      across[i] = (plane[x > 0 ? i - 1 : i]! + 2 * plane[i]! + plane[x < last ? i + 1 : i]!) / 4
    }
  }
  for (let y = 0; y < side; y++) {
    const above = y > 0 ? -side : 0
    const below = y < last ? side : 0
    for (let i = y * side; i < (y + 1) * side; i++) {
      both[i] = (across[i + above]! + 2 * across[i]! + across[i + below]!) / 4
    }
  }
  return both
}
