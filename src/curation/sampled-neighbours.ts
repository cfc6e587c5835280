import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { nearestNeighbours, type Neighbours } from '../tensor/nearest-neighbours.ts'

/**
 * How many neighbours to find once so that hardly any item runs short when a share of all items is drawn again and again: about four
 * standard deviations more than are needed.
 */
export function neighboursWithMargin(needed: number, share: number): number {
  return Math.ceil((needed + 4 * Math.sqrt(needed)) / share)
}

/**
 * The nearest neighbours of a sample's items within the sample: read off the neighbours among all items, and found anew for the few
 * items that have too few of them in the sample. The same as a search within the sample, at a fraction of its cost.
 *
 * @param wide - Cosine neighbours of every item among all items.
 * @param sample - Distinct items, more than `needed`.
 * @returns Neighbours of the sample's items, in its order; `indices` are items, not places in the sample.
 */
export async function neighboursWithin(
  features: Matrix,
  wide: Neighbours,
  sample: Int32Array,
  needed: number,
): Promise<Neighbours> {
  const isIn = new Uint8Array(features.rows)
  for (let at = 0; at < sample.length; at++) isIn[sample[at]!] = 1
  const indices = new Int32Array(sample.length * needed)
  const distances = new Float32Array(sample.length * needed)
  const short: number[] = []
  for (let at = 0; at < sample.length; at++) {
    const end = (sample[at]! + 1) * wide.k
    let found = 0
    for (let from = end - wide.k; from < end && found < needed; from++) {
      if (!isIn[wide.indices[from]!]) continue
      indices[at * needed + found] = wide.indices[from]!
      distances[at * needed + found++] = wide.distances[from]!
    }
    if (found < needed) short.push(at)
  }
  if (short.length > 0) {
    const points = gatherRows(features, sample)
    // One more, since each item is among the points itself.
    const exact = await nearestNeighbours(gatherRows(points, short), points, needed + 1, { metric: 'cosine' })
    short.forEach((at, q) => {
      let found = 0
      for (let from = q * exact.k; found < needed; from++) {
        if (exact.indices[from] === at) continue
        indices[at * needed + found] = sample[exact.indices[from]!]!
        distances[at * needed + found++] = exact.distances[from]!
      }
    })
  }
  return { k: needed, indices, distances }
}
