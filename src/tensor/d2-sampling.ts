import { permutation, type Rng } from '../core/rng.ts'
import type { Distances } from './distances.ts'
import type { CentreOptions } from './farthest-first.ts'
import { nearestCentres } from './nearest-centre.ts'

export interface D2Options extends CentreOptions {
  /** The first choice where there are no centres yet. Default: uniformly random. */
  readonly first?: number
}

const mostPending = 64

/**
 * D² sampling, the seeding of k-means++: candidates drawn one after the other with probability in proportion to the squared distance to the
 * nearest centre, which each then becomes.
 *
 * Exact by rejection: a candidate is proposed by an older, larger distance and accepted with the ratio of today's to it, so that all distances
 * need to be brought up to date only now and then, for many new centres at once.
 *
 * @param count - How many to choose; fewer when there are not as many candidates. Where all that are left coincide with centres, they are
 *   drawn uniformly.
 * @returns The chosen points, in order, none twice, shape `[min(count, candidates)]`.
 * @see Arthur, Vassilvitskii, k-means++: The Advantages of Careful Seeding, SODA 2007.
 * @see Cohen-Addad et al., Fast and Accurate k-means++ via Rejection Sampling, NeurIPS 2020, for the idea to reject.
 */
export async function d2Sample(
  distances: Distances,
  count: number,
  rng: Rng,
  options: D2Options = {},
): Promise<Int32Array> {
  const { centres = new Int32Array(0), candidates = Int32Array.from({ length: distances.points }, (_, i) => i) } =
    options
  const size = Math.max(0, Math.min(Math.floor(count), candidates.length))
  const chosen: number[] = []
  const isChosen = new Uint8Array(distances.points)
  const nearest = await nearestCentres(distances, centres)
  const choose = (point: number): void => {
    chosen.push(point)
    isChosen[point] = 1
    nearest.add(point)
  }
  if (size > 0 && centres.length === 0) {
    choose(options.first ?? candidates[rng.below(candidates.length)]!)
    await nearest.refresh()
  }
  let pending = 0
  while (chosen.length < size) {
    const proposed = draw(candidates, nearest.bounds, isChosen, rng)
    if (proposed < 0) break
    const bound = nearest.bounds[proposed]!
    if (rng.uniform() * bound >= nearest.settle(proposed)) continue
    choose(proposed)
    // The fewer centres there are, the more a new one changes.
    if (++pending < Math.min(mostPending, nearest.centres.length / 4)) continue
    await nearest.refresh()
    pending = 0
  }
  const rest = candidates.filter((point) => !isChosen[point])
  for (const place of permutation(rest.length, rng).subarray(0, size - chosen.length)) chosen.push(rest[place]!)
  return Int32Array.from(chosen)
}

/** A candidate drawn in proportion to its bound; -1 where all are 0. */
function draw(candidates: Int32Array, bounds: Float64Array, isChosen: Uint8Array, rng: Rng): number {
  let total = 0
  for (let at = 0; at < candidates.length; at++) {
    const point = candidates[at]!
    if (!isChosen[point]) total += bounds[point]!
  }
  if (!(total > 0)) return -1
  let left = rng.uniform() * total
  let last = -1
  for (let at = 0; at < candidates.length; at++) {
    const point = candidates[at]!
    if (isChosen[point] || bounds[point] === 0) continue
    last = point
    left -= bounds[point]!
    if (left < 0) return point
  }
  return last
}
