import { row, type Matrix } from '../../tensor/matrix.ts'

/**
 * Pairs the classes that look most alike, for simulated annotators who confuse them where there is no tree of classes: the two with the
 * nearest mean features first, then the nearest two of those left. The odd one out joins its nearest.
 *
 * Looks at all pairs of classes: for a few thousand at most.
 *
 * @param features - Shape `[n, d]`.
 * @param truth - Class of each item, shape `[n]`; items at -1 do not count.
 * @returns The group of each class, shape `[k]`, numbered by their first class; a class without items is alone.
 */
export function lookAlikes(features: Matrix, truth: Int32Array, k: number): Int32Array {
  const { means, present } = classMeans(features, truth, k)
  const pairs = present
    .flatMap((a, at) => present.slice(at + 1).map((b) => ({ a, b, distance: squaredDistance(means[a]!, means[b]!) })))
    .sort((one, other) => one.distance - other.distance)
  const leaderOf = Int32Array.from({ length: k }, (_, c) => c)
  const alone = new Set(present)
  for (const { a, b } of pairs) {
    if (!alone.has(a) || !alone.has(b)) continue
    leaderOf[b] = a
    alone.delete(a)
    alone.delete(b)
  }
  for (const odd of alone) {
    const nearest = pairs.find(({ a, b }) => a === odd || b === odd)
    if (nearest) joinGroup(leaderOf, odd, nearest.a === odd ? nearest.b : nearest.a)
  }
  return numbered(leaderOf)
}

/** A group is led by its first class. */
function joinGroup(leaderOf: Int32Array, odd: number, friend: number): void {
  const leader = leaderOf[friend]!
  leaderOf.forEach((of, c) => {
    if (of === leader || c === odd) leaderOf[c] = Math.min(leader, odd)
  })
}

function numbered(leaderOf: Int32Array): Int32Array {
  const numbers = new Map([...new Set(leaderOf)].map((leader, number) => [leader, number]))
  return leaderOf.map((leader) => numbers.get(leader)!)
}

function classMeans(features: Matrix, truth: Int32Array, k: number) {
  const means = Array.from({ length: k }, () => new Float64Array(features.cols))
  const sizes = new Int32Array(k)
  truth.forEach((y, i) => {
    if (y < 0) return
    sizes[y]!++
    const [mean, point] = [means[y]!, row(features, i)]
    for (let f = 0; f < mean.length; f++) mean[f]! += point[f]!
  })
  means.forEach((mean, y) => mean.forEach((sum, f) => (mean[f] = sum / Math.max(1, sizes[y]!))))
  return { means, present: [...sizes.keys()].filter((y) => sizes[y]! > 0) }
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let f = 0; f < a.length; f++) sum += (a[f]! - b[f]!) ** 2
  return sum
}
