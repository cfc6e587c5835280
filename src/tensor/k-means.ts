import type { Rng } from '../core/rng.ts'
import { d2Sample } from './d2-sampling.ts'
import { euclideanDistances, squaredLengths } from './distances.ts'
import { frameOf, intoFrame, outOfFrame } from './frame.ts'
import { makeKernel } from './kernel.ts'
import { gatherRows, matrix, rowChunks, rowsView, type Matrix } from './matrix.ts'
import { topKRows } from './row-kernels.ts'

/** A partition of points into clusters, each around its mean. */
export interface Clustering {
  /** Shape `[k, d]`. */
  readonly centres: Matrix
  /** The nearest centre of each point, shape `[n]`; ties go to the lowest. */
  readonly assignment: Int32Array
  /** Sum of the squared distances of the points to their centres. */
  readonly inertia: number
}

export interface KMeansOptions {
  /** Default 100. */
  readonly maxIterations?: number
  /** It stops when the centres together move by no more than the root of this times the mean variance of a column. Default 1e-4. */
  readonly tolerance?: number
}

/**
 * Clusters the rows of a matrix, shape `[n, d]`, by Lloyd's algorithm from centres drawn by k-means++.
 *
 * A cluster that has become empty starts again at the point that is farthest from its centre.
 *
 * @param k - From 1. Fewer clusters are returned where there are fewer points.
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 * @see Lloyd, Least Squares Quantization in PCM, 1982; Arthur, Vassilvitskii, k-means++, SODA 2007.
 */
export async function kMeans(points: Matrix, k: number, rng: Rng, options: KMeansOptions = {}): Promise<Clustering> {
  const { maxIterations = 100, tolerance = 1e-4 } = options
  const frame = frameOf(points)
  const local = intoFrame(points, frame)
  const distances = euclideanDistances(local)
  const seeds = await d2Sample(distances, k, rng)
  const clusters = emptyClusters(local, gatherRows(local, seeds))
  const enough = tolerance * meanVariance(clusters)
  let moved = seeds.length > 0 ? Infinity : 0
  for (let iteration = 0; iteration < maxIterations && moved > enough; iteration++) {
    await assign(clusters)
    reseed(clusters)
    moved = moveCentres(clusters)
  }
  if (moved > 0) await assign(clusters)
  const { centres, assignment } = clusters
  return { centres: outOfFrame(centres, frame), assignment, inertia: inertiaOf(clusters) / frame.scale ** 2 }
}

interface Clusters {
  readonly points: Matrix
  readonly centres: Matrix
  readonly assignment: Int32Array
  /** `|c|² / 2 - x · c` of each point and its centre. */
  readonly nearness: Float32Array
  /** Sums of the points of each cluster, shape `[k, d]`, kept up to date point by point: late iterations move few. */
  readonly sums: Float64Array
  readonly sizes: Int32Array
}

function emptyClusters(points: Matrix, centres: Matrix): Clusters {
  return {
    points,
    centres,
    assignment: new Int32Array(points.rows).fill(-1),
    nearness: new Float32Array(points.rows),
    sums: new Float64Array(centres.data.length),
    sizes: new Int32Array(centres.rows),
  }
}

const nearest = makeKernel((g) => {
  const products = g.matmulByTransposed(g.input('points', ['n', 'd']), g.input('centres', ['k', 'd']))
  const nearness = g.subtract(g.input('penalties', [1, 'k']), products)
  return { place: g.argmin(nearness, 1), nearness: g.min(nearness, 1) }
})

/** Products of points and centres that stay in the cache. */
const cacheBytes = 1 << 22

async function assign(clusters: Clusters): Promise<void> {
  const { points, centres, assignment } = clusters
  const penalties = matrix(
    1,
    centres.rows,
    Float32Array.from(squaredLengths(centres), (squared) => squared / 2),
  )
  for (const { from, to } of rowChunks(points.rows, 4 * centres.rows, cacheBytes)) {
    const { place, nearness } = await nearest({ points: rowsView(points, from, to), centres, penalties })
    clusters.nearness.set(nearness!.data, from)
    for (let i = from; i < to; i++) {
      if (place!.data[i - from] !== assignment[i]) reassign(clusters, i, place!.data[i - from]!)
    }
  }
}

function reassign({ points, assignment, sums, sizes }: Clusters, point: number, cluster: number): void {
  const { cols, data } = points
  const before = assignment[point]!
  const start = point * cols
  if (before >= 0) for (let j = 0; j < cols; j++) sums[before * cols + j]! -= data[start + j]!
  for (let j = 0; j < cols; j++) sums[cluster * cols + j]! += data[start + j]!
  if (before >= 0) sizes[before]!--
  sizes[cluster]!++
  assignment[point] = cluster
}

function reseed(clusters: Clusters): void {
  const { points, assignment, nearness, sizes } = clusters
  const empty = [...sizes.keys()].filter((cluster) => sizes[cluster] === 0)
  if (empty.length === 0) return
  const norms = squaredLengths(points)
  const distances = matrix(
    1,
    points.rows,
    nearness.map((near, i) => 2 * near + norms[i]!),
  )
  const farthest = topKRows(distances, empty.length)
  empty.forEach((cluster, place) => {
    const point = farthest.indices[place]!
    if (farthest.values[place]! > 0 && sizes[assignment[point]!]! > 1) reassign(clusters, point, cluster)
  })
}

/** The sum of the squares by which they move. */
function moveCentres({ centres, sums, sizes }: Clusters): number {
  const { cols, data } = centres
  let moved = 0
  for (let at = 0; at < data.length; at++) {
    const size = sizes[Math.floor(at / cols)]!
    if (size === 0) continue
    const before = data[at]!
    data[at] = sums[at]! / size
    moved += (data[at]! - before) ** 2
  }
  return moved
}

function meanVariance({ points: { rows, cols, data } }: Clusters): number {
  const sums = new Float64Array(cols)
  let squares = 0
  for (let start = 0; start < data.length; start += cols) {
    for (let j = 0; j < cols; j++) {
      sums[j]! += data[start + j]!
      squares += data[start + j]! ** 2
    }
  }
  return (squares - sums.reduce((total, sum) => total + sum ** 2 / rows, 0)) / data.length
}

function inertiaOf({ points, centres, assignment }: Clusters): number {
  const { cols, data } = points
  let sum = 0
  for (let i = 0; i < points.rows; i++) {
    const centre = assignment[i]! * cols
    for (let j = 0; j < cols; j++) sum += (data[i * cols + j]! - centres.data[centre + j]!) ** 2
  }
  return sum
}
