import { kMeans } from '../tensor/k-means.ts'
import { gatherRows, row } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { entropy } from './entropy.ts'
import { confidenceOf } from './least-confidence.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

/** As in TypiClust, where ten are within 0.1 % of where Lloyd's algorithm ends. */
const maxIterations = 10

/**
 * LoGo: as many clusters as items are asked for, of the features shrunk by how sure the head is, `x (1 - max p)`, so that sure items fall
 * together near 0; the most undecided item of each cluster, then, where there are fewer clusters, the next of each.
 *
 * The paper labels data of many clients: one client's head makes the clusters, everybody's measures entropy. Here one head does both.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`, `bad-feature-value`: see `checkPool`.
 * @see Kim et al., Re-thinking Federated Active Learning based on Inter-class Diversity, CVPR 2023 (arXiv:2303.12317).
 */
export const logo: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const { predProbs, features, candidates } = pool
  const size = batchOf(candidates, batchSize)
  if (size === 0) return new Int32Array(0)
  const ranked = await entropy(pool, candidates.length, rng)
  const points = gatherRows(features, ranked)
  ranked.forEach((item, place) => {
    const doubt = 1 - confidenceOf(predProbs, item)
    const point = row(points, place)
    for (let j = 0; j < point.length; j++) point[j]! *= doubt
  })
  const { assignment } = await kMeans(points, size, rng, { maxIterations })
  const turns = turnsOf(assignment)
  const order = turns.map((_, place) => place).sort((a, b) => turns[a]! - turns[b]! || a - b)
  return order.slice(0, size).map((place) => ranked[place]!)
}

/** How many members of its cluster come before each. */
function turnsOf(assignment: Int32Array): Int32Array {
  const seen = new Map<number, number>()
  return assignment.map((cluster) => {
    const turn = seen.get(cluster) ?? 0
    seen.set(cluster, turn + 1)
    return turn
  })
}
