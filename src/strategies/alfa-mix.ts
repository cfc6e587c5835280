import { trustedRows } from '../channels/channel.ts'
import { permutation, type Rng } from '../core/rng.ts'
import { scaled, squaredLengths } from '../tensor/distances.ts'
import { kMeans } from '../tensor/k-means.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { gatherRows, matrix, row, rowChunks, rowsView, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { checkPool } from './check-pool.ts'
import { flipDistances } from './flip-distances.ts'
import { fitLabelledHead } from './labelled-head.ts'
import { batchOf, type PoolView, type QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

const shares = [0.2, 0.4, 0.6, 0.8, 1]

/**
 * How far an item is moved, as shares of its distance to an anchor; the first that flips as many items as are asked for counts. The paper divides by
 * the root of the number of columns; before leaving the rest to chance, we go on without that.
 */
function stretchesOf(columns: number): number[] {
  return [...shares.map((share) => share / Math.sqrt(columns)), ...shares].sort((a, b) => a - b)
}

/**
 * ALFA-Mix: features are mixed with the mean features of each class's labelled items, the mixture along which the loss grows fastest. An item
 * whose class flips under a small mixture has features that the head does not know yet. Of those, the one nearest to the centre of each of
 * `batchSize` clusters; where too few flip, the others are random. Random before there are labels.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`: see `checkPool`.
 * @see Parvaneh et al., Active Learning by Feature Mixing, CVPR 2022 (arXiv:2203.07034).
 */
export const alfaMix: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const { candidates, labels } = pool
  const size = batchOf(candidates, batchSize)
  const rows = trustedRows(labels)
  if (size === 0 || rows.length === 0) return random(pool, batchSize, rng)
  const features = gatherRows(pool.features, candidates)
  const distances = await flipDistances(await fitLabelledHead(pool, rows), features)
  const ways = await farthestAnchor(features, anchorsOf(pool, rows))
  let flipped = new Int32Array(0)
  for (const stretch of stretchesOf(features.cols)) {
    flipped = Int32Array.from(candidates.keys()).filter((place) => distances[place]! < stretch * ways[place]!)
    if (flipped.length >= size) break
  }
  const chosen = new Set(flipped.length <= size ? flipped : await nearestToCentres(features, flipped, { size, rng }))
  for (const place of permutation(candidates.length, rng)) {
    if (chosen.size >= size) break
    chosen.add(place)
  }
  return Int32Array.from(chosen, (place) => candidates[place]!)
}

/** The mean features of each class that has labels. */
function anchorsOf({ features, labels }: PoolView, rows: Int32Array): Matrix {
  const members = [...Map.groupBy(rows, (item) => labels[item]!).values()]
  const anchors = matrix(members.length, features.cols)
  members.forEach((items, at) => {
    const anchor = row(anchors, at)
    for (const item of items) row(features, item).forEach((value, j) => (anchor[j]! += value / items.length))
  })
  return anchors
}

const farthestOfAll = makeKernel((g) => {
  const projected = g.matmulByTransposed(g.input('x', ['n', 'd']), g.input('minusTwoAnchors', ['m', 'd']))
  return { squared: g.max(g.add(projected, g.input('norms', [1, 'm'])), 1) }
})

/** The distance of each item to the anchor that is farthest away. */
async function farthestAnchor(features: Matrix, anchors: Matrix): Promise<Float64Array> {
  const distances = squaredLengths(features)
  const minusTwoAnchors = scaled(anchors, -2)
  const norms = matrix(1, anchors.rows, Float32Array.from(squaredLengths(anchors)))
  for (const { from, to } of rowChunks(features.rows, 4 * anchors.rows)) {
    const { squared } = await farthestOfAll({ x: rowsView(features, from, to), minusTwoAnchors, norms })
    squared!.data.forEach((value, at) => (distances[from + at] = Math.sqrt(Math.max(0, distances[from + at]! + value))))
  }
  return distances
}

/** From each cluster of normalised features the place of the item nearest to its centre. */
async function nearestToCentres(
  features: Matrix,
  places: Int32Array,
  { size, rng }: { readonly size: number; readonly rng: Rng },
): Promise<Int32Array> {
  const points = unitRows(gatherRows(features, places))
  const { centres, assignment } = await kMeans(points, size, rng)
  const nearest = new Map<number, { readonly place: number; readonly squared: number }>()
  assignment.forEach((cluster, i) => {
    const [point, centre] = [row(points, i), row(centres, cluster)]
    const squared = point.reduce((sum, value, j) => sum + (value - centre[j]!) ** 2, 0)
    if (squared < (nearest.get(cluster)?.squared ?? Infinity)) nearest.set(cluster, { place: places[i]!, squared })
  })
  return Int32Array.from(nearest.values(), ({ place }) => place)
}
