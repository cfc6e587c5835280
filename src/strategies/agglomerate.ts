import { makeKernel } from '../tensor/kernel.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { squaredLengths } from '../tensor/distances.ts'
import { frameOf, intoFrame } from '../tensor/frame.ts'

const products = makeKernel((g) => {
  const x = g.input('x', ['n', 'd'])
  return { products: g.matmulByTransposed(x, x) }
})

interface Merge {
  readonly into: number
  readonly from: number
  readonly height: number
}

/**
 * Hierarchical clustering with average linkage, cut where so many clusters are left. Takes memory for all pairs: for a few thousand points.
 *
 * @param points - Shape `[n, d]`.
 * @param clusters - From 1 to `n`.
 * @returns The cluster of each point, shape `[n]`, numbered in the order in which they appear.
 * @see Müllner, Modern Hierarchical, Agglomerative Clustering Algorithms, 2011 (arXiv:1109.2378) (nearest-neighbour chain).
 */
export async function agglomerate(points: Matrix, clusters: number): Promise<Int32Array> {
  const n = points.rows
  const merges = (await mergeAll(intoFrame(points, frameOf(points))))
    .sort((a, b) => a.height - b.height)
    .slice(0, n - clusters)
  const parents = Int32Array.from({ length: n }, (_, i) => i)
  const rootOf = (i: number): number => {
    while (parents[i] !== i) i = parents[i] = parents[parents[i]!]!
    return i
  }
  for (const { into, from } of merges) parents[rootOf(from)] = rootOf(into)
  const numbers = new Map<number, number>()
  return parents.map((_, i) => {
    const root = rootOf(i)
    if (!numbers.has(root)) numbers.set(root, numbers.size)
    return numbers.get(root)!
  })
}

/** All `n - 1` merges, children before their parents. */
async function mergeAll(points: Matrix): Promise<Merge[]> {
  const n = points.rows
  const distances = await allDistances(points)
  const sizes = new Int32Array(n).fill(1)
  const merges: Merge[] = []
  const chain: number[] = []
  while (merges.length < n - 1) {
    if (chain.length === 0) chain.push(sizes.findIndex((size) => size > 0))
    const end = chain.at(-1)!
    const before = chain.at(-2) ?? -1
    const nearest = nearestOf(distances, sizes, end, before)
    if (nearest !== before) {
      chain.push(nearest)
      continue
    }
    chain.length -= 2
    const [into, from] = [Math.min(end, before), Math.max(end, before)]
    merges.push({ into, from, height: distances[into * n + from]! })
    join(distances, sizes, into, from)
  }
  return merges
}

async function allDistances(points: Matrix): Promise<Float32Array> {
  const n = points.rows
  const lengths = squaredLengths(points)
  const { data } = (await products({ x: points })).products!
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const squared = lengths[i]! + lengths[j]! - 2 * data[i * n + j]!
      data[i * n + j] = data[j * n + i] = Math.sqrt(Math.max(0, squared))
    }
  }
  return data
}

/** The nearest cluster; of equally near ones `preferred`, without which the chain would not end, else the lowest. */
function nearestOf(distances: Float32Array, sizes: Int32Array, cluster: number, preferred: number): number {
  const n = sizes.length
  let best = preferred
  let least = preferred < 0 ? Infinity : distances[cluster * n + preferred]!
  for (let other = 0; other < n; other++) {
    const distance = distances[cluster * n + other]!
    if (distance >= least || sizes[other] === 0 || other === cluster) continue
    best = other
    least = distance
  }
  return best
}

/** Puts one cluster into another, whose distances become the mean over both. */
function join(distances: Float32Array, sizes: Int32Array, into: number, from: number): void {
  const n = sizes.length
  const [a, b] = [sizes[into]!, sizes[from]!]
  for (let other = 0; other < n; other++) {
    const mean = (a * distances[into * n + other]! + b * distances[from * n + other]!) / (a + b)
    distances[into * n + other] = mean
    distances[other * n + into] = mean
  }
  sizes[into] = a + b
  sizes[from] = 0
}
