import { nearestByChunks, plusNorms, scaled, squaredLengths, type Distances } from '../tensor/distances.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { gatherRows, matrix, rowsView, type Matrix } from '../tensor/matrix.ts'

const nearestCentre = makeKernel((g) => {
  const residuals = g.matmulByTransposed(g.input('e', ['n', 'k']), g.input('minusTwoResiduals', ['m', 'k']))
  const features = g.matmulByTransposed(g.input('x', ['n', 'd']), g.input('centres', ['m', 'd']))
  const relative = g.add(g.multiply(residuals, features), g.input('centreNorms', [1, 'm']))
  return { relative: g.min(relative, 1), place: g.argmin(relative, 1) }
})

/**
 * Squared distances among gradient embeddings `g_i = e_i ⊗ x_i` that are never built: `|g_i - g_j|² = |e_i|²|x_i|² + |e_j|²|x_j|² -
 * 2 (e_i·e_j)(x_i·x_j)`.
 *
 * @param residuals - `e`, shape `[n, k]`.
 * @param features - `x`, shape `[n, d]`.
 */
export function gradientDistances(residuals: Matrix, features: Matrix): Distances {
  const lengths = squaredLengths(features)
  const squaredNorms = squaredLengths(residuals).map((squared, i) => squared * lengths[i]!)
  return {
    points: features.rows,
    squaredNorms,
    between: (i, j) =>
      Math.max(0, squaredNorms[i]! + squaredNorms[j]! - 2 * dot(residuals, i, j) * dot(features, i, j)),
    toNearest: (centres) =>
      nearestByChunks(features.rows, centres, async ({ from, to }, batch) => {
        const { relative, place } = await nearestCentre({
          e: rowsView(residuals, from, to),
          x: rowsView(features, from, to),
          minusTwoResiduals: scaled(gatherRows(residuals, batch), -2),
          centres: gatherRows(features, batch),
          centreNorms: matrix(
            1,
            batch.length,
            Float32Array.from(batch, (c) => squaredNorms[c]!),
          ),
        })
        return { squared: plusNorms(relative!.data, squaredNorms, from), place: place!.data }
      }),
  }
}

function dot({ data, cols }: Matrix, i: number, j: number): number {
  let sum = 0
  for (let a = i * cols, b = j * cols; a < (i + 1) * cols; a++, b++) sum += data[a]! * data[b]!
  return sum
}
