import { LabelwrightError } from '../core/error.ts'
import { squaredLengths } from './distances.ts'
import { frameOf, intoFrame } from './frame.ts'
import { makeKernel } from './kernel.ts'
import { matrix, row, rowChunks, rowsView, type Matrix } from './matrix.ts'
import { unitRows } from './unit-rows.ts'

/** The nearest points of each query, nearest first; points that are equally near are ordered by index. */
export interface Neighbours {
  readonly k: number
  /** Rows of the points, shape `[n, k]`. */
  readonly indices: Int32Array
  /** Euclidean: the length of the difference, not squared. Cosine: `1 - cos`, in `[0, 2]`. Shape `[n, k]`. */
  readonly distances: Float32Array
}

export interface NeighbourOptions {
  /** Default `euclidean`. For `cosine`, a row of zeros is at distance 1 from everything. */
  readonly metric?: 'euclidean' | 'cosine'
  /** Where queries and points are the same rows: no row is its own neighbour. Default false. */
  readonly excludeSelf?: boolean
}

/**
 * Finds the nearest `k` points of each query by comparing all pairs.
 *
 * Products and selection run in 32 bits in one kernel; the distances of what it finds, and of a few more, are then computed in 64 bits, which
 * decide. So distances are exact, and a point is missed only where more than a few points are nearer by less than 32-bit rounding.
 *
 * @param queries - Shape `[n, d]`.
 * @param points - Shape `[m, d]`.
 * @param k - Fewer are returned where there are fewer points.
 * @throws {@link LabelwrightError} `bad-feature-value` where a value is NaN or infinite; `bad-shape` where the widths differ.
 * @example
 * ```ts
 * const { indices } = await nearestNeighbours(features, features, 10, { metric: 'cosine', excludeSelf: true })
 * ```
 */
export async function nearestNeighbours(
  queries: Matrix,
  points: Matrix,
  k: number,
  options: NeighbourOptions = {},
): Promise<Neighbours> {
  if (queries.cols !== points.cols) throw widthsDiffer(queries, points)
  const { metric = 'euclidean', excludeSelf = false } = options
  const space = metric === 'cosine' ? cosineSpace(queries, points) : euclideanSpace(queries, points)
  const width = Math.max(0, Math.min(k, points.rows - (excludeSelf ? 1 : 0)))
  const indices = new Int32Array(queries.rows * width)
  const distances = new Float64Array(queries.rows * width).fill(Infinity)
  if (width === 0) return { k: width, indices, distances: new Float32Array(0) }
  const rivals = width + (excludeSelf ? 1 : 0) + spares
  for (const chunk of rowChunks(points.rows, 4 * queriesAtOnce, bytesAtOnce)) {
    const some = rowsView(space.points, chunk.from, chunk.to)
    const penalties = matrix(1, some.rows, space.penalties.subarray(chunk.from, chunk.to))
    const wanted = matrix(1, 1, Float32Array.of(Math.min(rivals, some.rows)))
    for (let from = 0; from < queries.rows; from += queriesAtOnce) {
      const block = rowsView(space.queries, from, Math.min(queries.rows, from + queriesAtOnce))
      const found = (await best({ queries: block, points: some, penalties, wanted })).indices!
      for (let i = 0; i < block.rows; i++) {
        const query = from + i
        const lists = {
          indices: indices.subarray(query * width, (query + 1) * width),
          distances: distances.subarray(query * width, (query + 1) * width),
        }
        for (const place of row(found, i)) {
          const point = chunk.from + place
          if (!excludeSelf || point !== query) insert(point, space.between(query, point), lists)
        }
      }
    }
  }
  return { k: width, indices, distances: Float32Array.from(distances, metric === 'cosine' ? Number : Math.sqrt) }
}

const queriesAtOnce = 512
/** What one run of the kernel may take for its products: all of 65,536 points at once. */
const bytesAtOnce = 1 << 27
/** How many more than asked for the kernel returns, so that its rounding does not decide. */
const spares = 6

const best = makeKernel((g) => {
  const products = g.matmulByTransposed(g.input('queries', ['n', 'd']), g.input('points', ['m', 'd']))
  const { indices } = g.topK(g.subtract(products, g.input('penalties', [1, 'm'])), g.input('wanted', [1, 1]), 'largest')
  return { indices }
})

/** Where `query · point - penalty` is the larger the nearer the point. */
interface Space {
  readonly queries: Matrix
  readonly points: Matrix
  readonly penalties: Float32Array
  /** Grows with the distance; in 64 bits. */
  between(query: number, point: number): number
}

function euclideanSpace(queries: Matrix, points: Matrix): Space {
  const frame = frameOf(points)
  const moved = intoFrame(points, frame)
  const { cols, data: to } = points
  const { data: from } = queries
  return {
    queries: queries === points ? moved : intoFrame(queries, frame),
    points: moved,
    penalties: Float32Array.from(squaredLengths(moved), (squared) => squared / 2),
    between(query, point) {
      const [a, b] = [query * cols, point * cols]
      // Two sums at once: each addition would wait for the one before.
      let [even, odd] = [0, 0]
      for (let j = 0; j < cols - 1; j += 2) {
        const gap = from[a + j]! - to[b + j]!
        const next = from[a + j + 1]! - to[b + j + 1]!
        even += gap * gap
        odd += next * next
      }
      const last = cols % 2 === 1 ? from[a + cols - 1]! - to[b + cols - 1]! : 0
      return even + odd + last * last
    },
  }
}

function cosineSpace(queries: Matrix, points: Matrix): Space {
  const pointLengths = squaredLengths(points).map(Math.sqrt)
  const queryLengths = queries === points ? pointLengths : squaredLengths(queries).map(Math.sqrt)
  const unitPoints = unitRows(points)
  const { cols } = points
  return {
    queries: queries === points ? unitPoints : unitRows(queries),
    points: unitPoints,
    penalties: new Float32Array(points.rows),
    between(query, point) {
      let sum = 0
      for (let a = query * cols, b = point * cols, end = a + cols; a < end; a++, b++) {
        sum += queries.data[a]! * points.data[b]!
      }
      const lengths = queryLengths[query]! * pointLengths[point]!
      return lengths > 0 ? Math.max(0, 1 - sum / lengths) : 1
    },
  }
}

/** Puts a point into a row of neighbours, nearest first, ties by index; the last falls out. */
function insert(point: number, distance: number, { indices, distances }: Lists): void {
  let at = distances.length
  while (at > 0 && (distance < distances[at - 1]! || (distance === distances[at - 1] && point < indices[at - 1]!))) at--
  if (at === distances.length) return
  indices.copyWithin(at + 1, at)
  distances.copyWithin(at + 1, at)
  indices[at] = point
  distances[at] = distance
}

interface Lists {
  readonly indices: Int32Array
  readonly distances: Float64Array
}

function widthsDiffer(queries: Matrix, points: Matrix): LabelwrightError {
  return new LabelwrightError(
    'bad-shape',
    `Queries have ${queries.cols} columns and points ${points.cols}.`,
    'Pass features of one encoder.',
  )
}
