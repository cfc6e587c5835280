import { permutation, type Rng } from '../core/rng.ts'
import { euclideanDistances } from '../tensor/distances.ts'
import { frameOf, intoFrame } from '../tensor/frame.ts'
import { kMeans } from '../tensor/k-means.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { gatherRows, matrix, rowChunks, rowsView, type Matrix } from '../tensor/matrix.ts'

/** The share of balls that hold one pseudo-class only. */
const purity = 0.95
/** Balls looked at: the 5 % point of so many is known to a tenth of itself. */
const sampled = 2000

/**
 * The largest radius at which 95 % of the open balls around items hold items of one cluster only, for as many clusters as there are classes:
 * a ball is pure as long as it does not reach the nearest item of another cluster.
 *
 * @param features - Shape `[n, d]`, at least one row.
 * @returns Infinity where there is one cluster only.
 * @see Yehuda et al., Active Learning Through a Covering Lens, NeurIPS 2022, section 3.3.
 */
export async function pureRadius(features: Matrix, classes: number, rng: Rng): Promise<number> {
  const { assignment } = await kMeans(features, classes, rng)
  const sample = permutation(features.rows, rng).subarray(0, sampled)
  const distances = (await distancesToOthers(features, assignment, sample)).sort()
  return distances[Math.floor((1 - purity) * distances.length)]!
}

const nearestOther = makeKernel((g) => {
  const products = g.matmulByTransposed(g.input('sample', ['n', 'd']), g.input('points', ['m', 'd']))
  const isSame = g.isEqual(g.input('sampleClusters', ['n', 1]), g.input('clusters', [1, 'm']))
  const farAway = g.multiply(isSame, g.constant(Float32Array.of(1e30), [1]))
  const distance = g.add(g.subtract(g.input('penalties', [1, 'm']), products), farAway)
  return { place: g.argmin(distance, 1) }
})

/** From each sampled item to the nearest item of another cluster. */
async function distancesToOthers(features: Matrix, assignment: Int32Array, sample: Int32Array): Promise<Float64Array> {
  const local = intoFrame(features, frameOf(features))
  const { squaredNorms } = euclideanDistances(local)
  const { between } = euclideanDistances(features)
  const clusters = matrix(features.rows, 1, Float32Array.from(assignment))
  const inputs = { sample: gatherRows(local, sample), sampleClusters: gatherRows(clusters, sample) }
  const distances = new Float64Array(sample.length).fill(Infinity)
  for (const { from, to } of rowChunks(features.rows, 4 * sample.length)) {
    const { place } = await nearestOther({
      ...inputs,
      points: rowsView(local, from, to),
      clusters: matrix(1, to - from, clusters.data.subarray(from, to)),
      penalties: matrix(
        1,
        to - from,
        Float32Array.from(squaredNorms.subarray(from, to), (norm) => norm / 2),
      ),
    })
    sample.forEach((item, at) => {
      const other = from + place!.data[at]!
      if (assignment[other] === assignment[item]) return
      distances[at] = Math.min(distances[at]!, Math.sqrt(between(item, other)))
    })
  }
  return distances
}
