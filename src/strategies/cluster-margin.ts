import { permutation, type Rng } from '../core/rng.ts'
import { kMeans } from '../tensor/k-means.ts'
import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { agglomerate } from './agglomerate.ts'
import { checkPool } from './check-pool.ts'
import { margin } from './margin.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

/** So many times the batch is clustered, and so many items are in a cluster on average: about as many clusters as picks. */
const perPick = 10

/** Above this number of items, those are agglomerated that stand for them. */
const mostAgglomerated = 2000

/**
 * Cluster-Margin: of the items with the smallest margins, ten times as many as are asked for, one at random from each cluster of similar ones
 * in turn, beginning with the smallest cluster.
 *
 * The paper clusters the whole pool once. Here the items with small margins are clustered, anew for each batch: that is less work than one
 * clustering of a large pool, and needs nothing kept between batches.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`, `bad-feature-value`: see `checkPool`.
 * @see Citovsky et al., Batch Active Learning at Scale, NeurIPS 2021, algorithms 1 and 2.
 */
export const clusterMargin: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const size = batchOf(pool.candidates, batchSize)
  if (size === 0) return new Int32Array(0)
  const doubtful = (await margin(pool, perPick * size, rng)).sort()
  const features = gatherRows(pool.features, doubtful)
  const clusterOf = await clusterOfEach(features, Math.ceil(doubtful.length / perPick), rng)
  const clusters = Map.groupBy(permutation(doubtful.length, rng), (place) => clusterOf[place]!)
  return dealInTurn(
    [...clusters.values()].sort((a, b) => a.length - b.length),
    size,
  ).map((place) => doubtful[place]!)
}

async function clusterOfEach(points: Matrix, clusters: number, rng: Rng): Promise<Int32Array> {
  if (points.rows <= mostAgglomerated) return agglomerate(points, clusters)
  const { centres, assignment } = await kMeans(points, mostAgglomerated, rng)
  const clusterOfCentre = await agglomerate(centres, Math.min(clusters, centres.rows))
  return assignment.map((centre) => clusterOfCentre[centre]!)
}

/** One from each list in turn, until there are enough. */
function dealInTurn(lists: readonly (readonly number[])[], count: number): Int32Array {
  const dealt = new Int32Array(count)
  let at = 0
  for (let turn = 0; at < count; turn++) {
    for (const list of lists) if (turn < list.length && at < count) dealt[at++] = list[turn]!
  }
  return dealt
}
