import { euclideanDistances } from './distances.ts'
import { frameOf, intoFrame } from './frame.ts'
import { makeKernel } from './kernel.ts'
import { gatherRows, matrix, row, rowChunks, rowsView, type Matrix } from './matrix.ts'

/** The open balls of one radius around each of some points, seen in a frame where the point `b` is in the ball of `a` if `a · b - |b|² / 2`
 * is above a level of `a`. A point is always in its own ball. */
export interface Balls {
  readonly radius: number
  readonly points: Matrix
  /** The points in their frame. */
  readonly local: Matrix
  /** `|b|² / 2`. */
  readonly penalties: Float32Array
  /** Surely outside below this, to 32-bit rounding. */
  readonly lower: Float32Array
  /** Surely inside above this. */
  readonly upper: Float32Array
}

/** The share of the squared lengths by which a sum of `d` products in 32 bits may be off: rounding errors add up like a random walk. */
const roundingOf = (d: number): number => 2 ** -23 * Math.sqrt(d)
/** Above 0, so that points that all coincide are in each other's balls. */
const leastSlack = 1e-30

/**
 * @param points - Shape `[n, d]`.
 * @param radius - 0 or more; may be Infinity.
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite.
 */
export function ballsOf(points: Matrix, radius: number): Balls {
  const frame = frameOf(points)
  const local = intoFrame(points, frame)
  const { squaredNorms } = euclideanDistances(local)
  const longest = squaredNorms.reduce((most, norm) => Math.max(most, norm), 0)
  const rounding = roundingOf(points.cols)
  const squaredRadius = (radius * frame.scale) ** 2
  const level = (side: -1 | 1) =>
    Float32Array.from(
      squaredNorms,
      (norm) => (norm - squaredRadius) / 2 + side * (rounding * (norm + longest) + leastSlack),
    )
  const penalties = Float32Array.from(squaredNorms, (norm) => norm / 2)
  return { radius, points, local, penalties, lower: level(-1), upper: level(1) }
}

const countPairs = makeKernel((g) => {
  const products = g.matmulByTransposed(g.input('a', ['n', 'd']), g.input('b', ['m', 'd']))
  const isNear = g.isLess(g.input('level', ['n', 1]), g.subtract(products, g.input('penalties', [1, 'm'])))
  return {
    aCounts: g.matmul(isNear, g.input('bWeights', ['m', 1])),
    bCounts: g.matmulTransposed(isNear, g.input('aWeights', ['n', 1])),
  }
})

/** Products of two blocks that stay in the cache. */
const rowsAtOnce = 1024

/**
 * How many of some points are in each ball at the most: points that are on its surface, to 32-bit rounding, count.
 *
 * @param isCounted - 1 for the points that count, else 0, shape `[n]`, `n` < 2^24.
 * @returns Shape `[n]`.
 */
export async function countAtMost(balls: Balls, isCounted: Float32Array): Promise<Float32Array> {
  const counts = new Float32Array(balls.local.rows)
  const blocks = [...rowChunks(balls.local.rows, 1, rowsAtOnce)]
  for (const [at, a] of blocks.entries()) {
    // Being in each other's ball is mutual: half of the pairs tell all.
    for (const b of blocks.slice(at)) {
      const { aCounts, bCounts } = await countPairs({
        a: rowsView(balls.local, a.from, a.to),
        level: column(balls.lower.subarray(a.from, a.to)),
        aWeights: column(isCounted.subarray(a.from, a.to)),
        ...second(balls, b),
        bWeights: column(isCounted.subarray(b.from, b.to)),
      })
      addTo(counts, a.from, aCounts!.data)
      if (a !== b) addTo(counts, b.from, bCounts!.data)
    }
  }
  return counts
}

/**
 * How many of some points are in each ball at the least: points that are on its surface, to 32-bit rounding, do not count.
 *
 * @returns Shape `[n]`.
 */
export async function countAtLeast(balls: Balls, points: ArrayLike<number>): Promise<Float32Array> {
  const counts = new Float32Array(balls.local.rows)
  const level = gatherRows(column(balls.upper), points)
  const inputs = { a: gatherRows(balls.local, points), level, aWeights: column(level.data.map(() => 1)) }
  for (const b of rowChunks(balls.local.rows, 4 * points.length, 1 << 22)) {
    const bWeights = column(new Float32Array(b.to - b.from))
    const { bCounts } = await countPairs({ ...inputs, ...second(balls, b), bWeights })
    addTo(counts, b.from, bCounts!.data)
  }
  return counts
}

function second({ local, penalties }: Balls, { from, to }: Range) {
  return { b: rowsView(local, from, to), penalties: matrix(1, to - from, penalties.subarray(from, to)) }
}

function column(values: Float32Array): Matrix {
  return matrix(values.length, 1, values)
}

interface Range {
  readonly from: number
  readonly to: number
}

function addTo(sums: Float32Array, from: number, more: Float32Array): void {
  for (let i = 0; i < more.length; i++) sums[from + i]! += more[i]!
}

const compare = makeKernel((g) => {
  const products = g.matmulByTransposed(g.input('a', ['n', 'd']), g.input('b', ['m', 'd']))
  return { nearness: g.subtract(products, g.input('penalties', [1, 'm'])) }
})

/**
 * The points in some of the balls, decided in 64 bits where 32 do not suffice.
 *
 * @param centres - A few dozen: all their products with the points are looked at one by one.
 * @returns For each centre a set of `n` bits, 32 to a word, lowest first.
 */
export async function ballMembers(balls: Balls, centres: ArrayLike<number>): Promise<Uint32Array[]> {
  const { local, lower, upper } = balls
  const sets = Array.from(centres, () => new Uint32Array(Math.ceil(local.rows / 32)))
  const a = gatherRows(local, centres)
  for (const { from, to } of rowChunks(local.rows, 4 * a.rows)) {
    const { nearness } = await compare({ a, ...second(balls, { from, to }) })
    sets.forEach((set, at) => {
      const centre = centres[at]!
      const [least, surely] = [lower[centre]!, upper[centre]!]
      const values = row(nearness!, at)
      for (let i = 0; i < values.length; i++) {
        if (values[i]! < least) continue
        const point = from + i
        if (values[i]! > surely || isInside(balls, centre, point)) set[point >> 5]! |= 1 << (point & 31)
      }
    })
  }
  return sets
}

function isInside({ radius, points: { cols, data } }: Balls, centre: number, point: number): boolean {
  if (centre === point) return true
  let squared = 0
  for (let a = centre * cols, b = point * cols, end = a + cols; a < end; a++, b++) squared += (data[a]! - data[b]!) ** 2
  return Math.sqrt(squared) < radius
}
