import type { Answer } from '../../core/answer.ts'
import { row, softmaxRows, matrix, type Matrix } from '../../tensor/matrix.ts'
import type { Family } from './family.ts'

/** Less likely classes are left out of an answer, and so are those after this many. */
const leastProbability = 1e-4
const mostClasses = 20

/**
 * How likely each class is, given a picture.
 *
 * A sigmoid model judges each class alone; asked for one class of several, its judgements are scaled to a sum of 1.
 *
 * @param picture - Unit vector, shape `[d]`.
 * @param classes - Unit vectors, shape `[k, d]`.
 * @returns Shape `[k]`, summing to 1.
 */
export function classProbabilities(
  picture: Float32Array,
  classes: Matrix,
  { loss, scale, bias }: Pick<Family, 'loss' | 'scale' | 'bias'>,
): Float32Array {
  const logits = new Float32Array(classes.rows)
  for (let c = 0; c < classes.rows; c++) {
    const vector = row(classes, c)
    let cosine = 0
    for (let j = 0; j < vector.length; j++) cosine += vector[j]! * picture[j]!
    const logit = scale * cosine + bias
    // ln sigmoid; exact where the sigmoid itself would be 0.
    logits[c] = loss === 'sigmoid' ? Math.min(0, logit) - Math.log1p(Math.exp(-Math.abs(logit))) : logit
  }
  return softmaxRows(matrix(1, classes.rows, logits)).data
}

/** The likeliest classes as an answer. */
export function distributionOf(probabilities: Float32Array, names: readonly string[]): Answer {
  const order = Array.from(probabilities, (_, c) => c)
    .toSorted((a, b) => probabilities[b]! - probabilities[a]!)
    .filter((c, rank) => rank === 0 || (rank < mostClasses && probabilities[c]! >= leastProbability))
  return {
    kind: 'distribution',
    // Rounded: the last digits depend on which other pictures were in the batch, and a resumed run should read the same.
    probabilities: Object.fromEntries(order.map((c) => [names[c]!, Math.round(probabilities[c]! * 1e6) / 1e6])),
  }
}
