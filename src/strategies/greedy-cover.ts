import { ballMembers, countAtLeast, countAtMost, type Balls } from '../tensor/balls.ts'
import { argmaxRows, matrix } from '../tensor/matrix.ts'
import { topKRows } from '../tensor/row-kernels.ts'
import { addAll, countBeyond, has, membersBeyond, type BitSet } from './bit-set.ts'

/** Enough for their products with all points to run at full speed. */
const ballsAtOnce = 64

/** Looking into a ball is worth taking so many points out of all counts (it costs two or three, but fresh counts spare more looks). */
const lookingCost = 8

/**
 * Greedy maximum coverage: again and again the candidate whose ball holds most points that are in no ball of a labelled or chosen one. Ties go
 * to the lowest index.
 *
 * Exact, yet most balls are only ever counted: what a ball would add falls as others are chosen, so that an old count is an upper bound, and
 * only balls at the top are looked into (Minoux, Accelerated Greedy Algorithms, 1978). Once that has cost as much as counting anew, all counts
 * are brought up to date.
 *
 * @param candidates - May be chosen.
 * @param labelled - Their balls are covered from the beginning.
 * @param size - How many to choose; fewer once no candidate adds anything.
 */
export async function coverGreedily(
  balls: Balls,
  candidates: Int32Array,
  labelled: Int32Array,
  size: number,
): Promise<number[]> {
  const covered = await union(balls, labelled)
  const counts = await countAtMost(
    balls,
    balls.lower.map((_, i) => (has(covered, i) ? 0 : 1)),
  )
  const bounds = new Float32Array(counts.length).fill(-1)
  for (const item of candidates) bounds[item] = counts[item]!
  const known = new Map<number, BitSet>()
  const chosen: number[] = []
  let uncounted: number[] = []
  let looked = 0
  while (chosen.length < size) {
    const best = argmaxRows(matrix(1, bounds.length, bounds))[0]!
    if (bounds[best]! <= 0) break
    const ball = known.get(best)
    const gain = ball ? countBeyond(ball, covered) : -1
    if (ball && gain === bounds[best]) {
      chosen.push(best)
      bounds[best] = -1
      for (const member of membersBeyond(ball, covered)) uncounted.push(member)
      addAll(covered, ball)
    } else if (ball) bounds[best] = gain
    else if (uncounted.length > 0 && lookingCost * looked >= uncounted.length) {
      await discount(balls, counts, uncounted)
      for (let i = 0; i < bounds.length; i++) if (counts[i]! < bounds[i]!) bounds[i] = counts[i]!
      uncounted = []
      looked = 0
    } else looked += await lookInto(balls, bounds, known)
  }
  return chosen
}

/** Learns the balls at the top that are not known yet, the very first among them. */
async function lookInto(balls: Balls, bounds: Float32Array, known: Map<number, BitSet>): Promise<number> {
  const top = topKRows(matrix(1, bounds.length, bounds), Math.min(ballsAtOnce, bounds.length))
  const unknown = top.indices.filter((item, at) => top.values[at]! > 0 && !known.has(item))
  const sets = await ballMembers(balls, unknown)
  unknown.forEach((item, at) => known.set(item, sets[at]!))
  return unknown.length
}

/** Points at once: together with all others their products fill the cache. */
const pointsAtOnce = 1024

/** Takes points that are covered by now out of the counts. */
async function discount(balls: Balls, counts: Float32Array, points: readonly number[]): Promise<void> {
  for (let from = 0; from < points.length; from += pointsAtOnce) {
    const gone = await countAtLeast(balls, points.slice(from, from + pointsAtOnce))
    for (let i = 0; i < counts.length; i++) counts[i]! -= gone[i]!
  }
}

async function union(balls: Balls, centres: Int32Array): Promise<BitSet> {
  const all = new Uint32Array(Math.ceil(balls.points.rows / 32))
  for (let from = 0; from < centres.length; from += ballsAtOnce) {
    for (const set of await ballMembers(balls, centres.subarray(from, from + ballsAtOnce))) addAll(all, set)
  }
  return all
}
