import type { Rng } from '../core/rng.ts'
import type { Distances } from './distances.ts'
import { nearestCentres } from './nearest-centre.ts'

export interface CentreOptions {
  /** Points that are centres already. Default: none. */
  readonly centres?: Int32Array
  /** The points that may be chosen, ascending. Default: all. */
  readonly candidates?: Int32Array
}

/** Settling one point costs about as much as this share of bringing all of them up to date. */
const settlingsPerRefresh = 256

/**
 * Farthest-first traversal: again and again the candidate that is farthest from its nearest centre, which then is a centre too.
 *
 * Exact up to 32-bit rounding of which centre is nearest, yet few distances are computed: see {@link NearestCentre}. Ties go to the lowest
 * index. Without centres the first choice is random.
 *
 * @param count - How many to choose; fewer when there are not as many candidates.
 * @returns The chosen points, in order, none twice, shape `[min(count, candidates)]`.
 * @see Gonzalez, Clustering to Minimize the Maximum Intercluster Distance, 1985 (2-approximation of k-center).
 */
export async function farthestFirst(
  distances: Distances,
  count: number,
  rng: Rng,
  options: CentreOptions = {},
): Promise<Int32Array> {
  const { centres = new Int32Array(0), candidates = Int32Array.from({ length: distances.points }, (_, i) => i) } =
    options
  const size = Math.max(0, Math.min(count, candidates.length))
  const chosen = new Int32Array(size)
  const isChosen = new Uint8Array(distances.points)
  const nearest = await nearestCentres(distances, centres)
  let settled = 0
  for (let picks = 0; picks < size; picks++) {
    let farthest = candidates[picks === 0 && centres.length === 0 ? rng.below(candidates.length) : 0]!
    while (nearest.centres.length > 0) {
      farthest = highest(candidates, nearest.bounds, isChosen)
      if (nearest.isSettled(farthest)) break
      if (settled++ < settlingsPerRefresh) nearest.settle(farthest)
      else {
        await nearest.refresh()
        settled = 0
      }
    }
    chosen[picks] = farthest
    isChosen[farthest] = 1
    nearest.add(farthest)
  }
  return chosen
}

function highest(candidates: Int32Array, bounds: Float64Array, isChosen: Uint8Array): number {
  let best = -1
  let most = -1
  for (let at = 0; at < candidates.length; at++) {
    const point = candidates[at]!
    if (bounds[point]! > most && !isChosen[point]) {
      best = point
      most = bounds[point]!
    }
  }
  return best
}
