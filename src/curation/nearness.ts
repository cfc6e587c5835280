import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { nearestNeighbours, type Neighbours } from '../tensor/nearest-neighbours.ts'
import { checkNeighbours } from './check-items.ts'
import { quantile } from './quantile.ts'

/** When two items are nearly the same. */
export interface NearOptions {
  /** Items nearer than this are, in the metric's unit (cosine: `1 - cos`); replaces `relative` and `isolation`. */
  readonly threshold?: number
  /** They must be nearer than this share of the median distance of an item to its nearest other. Default 0.4. */
  readonly relative?: number
  /**
   * And nearer than this share of the distance of either to its last neighbour: among clouds or seas everything is near, and nothing
   * a copy. Default 0.5; 1 switches it off.
   */
  readonly isolation?: number
  /** How many neighbours of each item are looked at. More near copies of one item than this look like a cloud. Default 20, or all others. */
  readonly neighbours?: number
  /** Default cosine. */
  readonly metric?: 'cosine' | 'euclidean'
}

/** Who is near whom among the items, see {@link judgeNearness}. */
export interface Nearness {
  readonly neighbours: Neighbours
  /** The distance below which two items may count as nearly the same. */
  readonly threshold: number
  /** Whether two items at this distance are nearly the same. */
  readonly isNear: (a: number, b: number, distance: number) => boolean
}

/** Above the rounding of distances in 64 bits: whatever is nearer is a copy. */
const rounding = 1e-12

/**
 * Finds the neighbours of all items and, from their distances, what is near.
 *
 * @param features - Shape `[n, d]`.
 * @throws {@link LabelwrightError} `too-few-items` for fewer than 2 items or more neighbours than others, `bad-feature-value`,
 *   `bad-option` where a threshold or share is negative or no number.
 */
export async function judgeNearness(features: Matrix, options: NearOptions): Promise<Nearness> {
  const { threshold: given, relative = 0.4, isolation = 0.5, metric = 'cosine' } = options
  const k = options.neighbours ?? Math.max(1, Math.min(20, features.rows - 1))
  checkNeighbours(features.rows, k)
  for (const share of [given ?? 0, relative, isolation]) checkShare(share)
  const neighbours = await nearestNeighbours(features, features, k, { metric, excludeSelf: true })
  const { distances } = neighbours
  const nearest = Float32Array.from({ length: features.rows }, (_, i) => distances[i * k]!)
  const threshold = Math.max(rounding, given ?? relative * quantile(nearest, 0.5))
  const isIsolated = (item: number, distance: number): boolean =>
    given !== undefined || isolation >= 1 || distance < Math.max(rounding, isolation * distances[(item + 1) * k - 1]!)
  const isNear = (a: number, b: number, distance: number): boolean =>
    distance < threshold && isIsolated(a, distance) && isIsolated(b, distance)
  return { neighbours, threshold, isNear }
}

function checkShare(share: number): void {
  if (share >= 0) return
  throw new LabelwrightError(
    'bad-option',
    `${share} is no distance, nor a share of one, below which items could be duplicates.`,
    'Give 0 or more.',
  )
}
