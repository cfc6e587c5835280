import { checkFeatures } from './finite-features.ts'
import { frameOf, intoFrame } from './frame.ts'
import { makeKernel } from './kernel.ts'
import { gatherRows, matrix, row, rowChunks, rowsView, type Matrix } from './matrix.ts'

/** For each of `n` points, the nearest of some centres. */
export interface NearestOfSome {
  /** Squared distance, to 32-bit rounding, shape `[n]`. */
  readonly squared: Float64Array
  /** Its place in the list of centres, shape `[n]`. */
  readonly place: Int32Array
}

/**
 * Squared distances among `n` points: two at a time precisely, or all points to some of them at once and fast.
 *
 * The points themselves may be products that nobody wants to store, such as BADGE's gradient embeddings.
 */
export interface Distances {
  readonly points: number
  /** Squared distance of two points, in 64 bits. */
  readonly between: (i: number, j: number) => number
  /** The nearest of the points `centres` (at least one), for each point. Ties go to the first in the list. */
  readonly toNearest: (centres: Int32Array) => Promise<NearestOfSome>
  /** Squared distance to the origin, shape `[n]`: what 32-bit rounding errors are relative to. */
  readonly squaredNorms: Float64Array
}

const nearestCentre = makeKernel((g) => {
  const projected = g.matmulByTransposed(g.input('x', ['n', 'd']), g.input('minusTwoCentres', ['m', 'd']))
  const relative = g.add(projected, g.input('centreNorms', [1, 'm']))
  return { relative: g.min(relative, 1), place: g.argmin(relative, 1) }
})

/**
 * Squared Euclidean distances among the rows of a matrix, shape `[n, d]`.
 *
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 */
export function euclideanDistances(points: Matrix): Distances {
  const { rows, cols, data } = points
  const { central, unit } = nearOrigin(points)
  const lengths = squaredLengths(central)
  return {
    points: rows,
    squaredNorms: lengths.map((squared) => squared * unit),
    between(i, j) {
      let sum = 0
      for (let a = i * cols, b = j * cols; a < (i + 1) * cols; a++, b++) {
        const gap = data[a]! - data[b]!
        sum += gap * gap
      }
      return sum
    },
    async toNearest(centres) {
      const { squared, place } = await nearestByChunks(rows, centres, async ({ from, to }, batch) => {
        const { relative, place } = await nearestCentre({
          x: rowsView(central, from, to),
          minusTwoCentres: scaled(gatherRows(central, batch), -2),
          centreNorms: matrix(
            1,
            batch.length,
            Float32Array.from(batch, (c) => lengths[c]!),
          ),
        })
        return { squared: plusNorms(relative!.data, lengths, from), place: place!.data }
      })
      return { squared: squared.map((value) => value * unit), place }
    },
  }
}

/** All values times a factor, copied. */
export function scaled({ rows, cols, data }: Matrix, factor: number): Matrix {
  return matrix(
    rows,
    cols,
    data.map((value) => factor * value),
  )
}

/** `|x|² + (|c|² - 2 x·c)`, never below 0. */
export function plusNorms(relative: Float32Array, squaredNorms: Float64Array, from: number): Float32Array {
  return relative.map((value, at) => Math.max(0, value + squaredNorms[from + at]!))
}

/** Products of numbers of a size beyond this or its inverse come near the ends of what 32 bits hold. */
const extreme = 2 ** 40

/**
 * Rounding errors grow with the distance from the origin, and squares of large numbers overflow: points that lie farther from it than from
 * each other, or are extremely large or small, are moved and scaled, as a copy. Squared distances in `central` times `unit` are those of the
 * points.
 */
function nearOrigin(points: Matrix): { readonly central: Matrix; readonly unit: number } {
  const frame = frameOf(points)
  const offset = frame.shift.reduce((sum, value) => sum + value * value, 0)
  const energy = squaredLengths(points).reduce((sum, squared) => sum + squared / points.rows, 0)
  const isUsual = frame.scale < extreme && frame.scale > 1 / extreme
  if (offset <= energy / 2 && isUsual) return { central: points, unit: 1 }
  return { central: intoFrame(points, frame), unit: frame.scale ** -2 }
}

/**
 * The sum of squares of each row, shape `[n]`.
 *
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 */
export function squaredLengths(m: Matrix): Float64Array {
  const lengths = new Float64Array(m.rows)
  for (let i = 0; i < m.rows; i++) {
    const values = row(m, i)
    let sum = 0
    for (let j = 0; j < values.length; j++) sum += values[j]! * values[j]!
    if (!Number.isFinite(sum)) checkFeatures(m)
    lengths[i] = sum
  }
  return lengths
}

/** More centres at once gain nothing, and the products of a chunk of points with them should stay in the cache. */
const centresAtOnce = 256
const cacheBytes = 1 << 21

/**
 * Walks over chunks of points × batches of centres and keeps the nearest.
 *
 * @param nearest - Of a chunk of points, the nearest of a batch of centres.
 */
export async function nearestByChunks(
  points: number,
  centres: Int32Array,
  nearest: (
    chunk: { readonly from: number; readonly to: number },
    batch: Int32Array,
  ) => Promise<{ readonly squared: Float32Array; readonly place: Float32Array }>,
): Promise<NearestOfSome> {
  const squared = new Float64Array(points).fill(Infinity)
  const place = new Int32Array(points)
  for (let start = 0; start < centres.length; start += centresAtOnce) {
    const batch = centres.subarray(start, start + centresAtOnce)
    for (const chunk of rowChunks(points, 4 * batch.length, cacheBytes)) {
      const found = await nearest(chunk, batch)
      for (let i = chunk.from, at = 0; i < chunk.to; i++, at++) {
        if (found.squared[at]! >= squared[i]!) continue
        squared[i] = found.squared[at]!
        place[i] = start + found.place[at]!
      }
    }
  }
  return { squared, place }
}
