import { checkFeatures } from '../tensor/finite-features.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { tieEqualHashes, tieEqualRows } from './equal-items.ts'
import { groupTies, type ItemGroups } from './item-groups.ts'
import { judgeNearness, type NearOptions } from './nearness.ts'

/** What {@link findNearDuplicates} found. */
export interface NearDuplicates extends ItemGroups {
  /** The distance below which items could count as duplicates. */
  readonly threshold: number
}

/**
 * Groups of items that are the same: rows of features that are equal number by number, or equal content hashes.
 *
 * @param items - Features, shape `[n, d]`, or one hash per item.
 * @throws {@link LabelwrightError} `bad-feature-value`.
 */
export function findExactDuplicates(items: Matrix | readonly string[]): ItemGroups {
  if ('data' in items) {
    checkFeatures(items)
    return groupTies(tieEqualRows(items), new Float32Array(items.rows))
  }
  return groupTies(tieEqualHashes(items), new Float32Array(items.length))
}

/**
 * Groups of items that are nearly the same: all that are tied by near pairs, equal items included. A chain of such pairs is one group,
 * so its ends may be further apart.
 *
 * Pairs are looked for among each item's nearest `neighbours`. `{ relative: 0.13, isolation: 1, neighbours: 10 }` are the pairs of
 * cleanlab's Datalab.
 *
 * @param features - Shape `[n, d]`.
 * @throws {@link LabelwrightError} `too-few-items` for fewer than 2 items or more neighbours than others, `bad-feature-value`,
 *   `bad-option` where a threshold or share is negative or no number.
 * @see near_duplicate of cleanlab's Datalab, for the threshold as a share of the median.
 * @see Lowe, Distinctive Image Features from Scale-Invariant Keypoints, IJCV 2004, section 7.1, for the idea behind `isolation`.
 * @example
 * ```ts
 * const { offsets, members } = await findNearDuplicates(embeddings)
 * const tightest = members.subarray(offsets[0], offsets[1])
 * ```
 */
export async function findNearDuplicates(features: Matrix, options: NearOptions = {}): Promise<NearDuplicates> {
  const { neighbours, threshold, isNear } = await judgeNearness(features, options)
  const { k, indices, distances } = neighbours
  const nearest = Float32Array.from({ length: features.rows }, (_, i) => distances[i * k]!)
  const ties = tieEqualRows(features, (item) => (nearest[item] = 0))
  for (let at = 0; at < indices.length; at++) {
    const item = Math.floor(at / k)
    if (isNear(item, indices[at]!, distances[at]!)) ties.tie(item, indices[at]!)
  }
  return { ...groupTies(ties, nearest), threshold }
}
