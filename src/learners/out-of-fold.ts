import { permutation, type Rng } from '../core/rng.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { fitLinearHead, predictProbs, type LinearHead, type LinearHeadOptions } from './linear-head.ts'

/** What {@link fitOutOfFold} found. */
export interface OutOfFold {
  /** Class probabilities of all items; each that has evidence is predicted by a head that did not see it. Shape `[n, k]`. */
  readonly predProbs: Matrix
  /** The head fitted on everything. */
  readonly head: LinearHead
}

/** Deals `n` items into folds of equal size at random, shape `[n]`, values in `0..folds-1`. */
export function dealFolds(n: number, rng: Rng, folds = 5): Int32Array {
  return permutation(n, rng).map((place) => place % folds)
}

/**
 * Fits a head on the items with evidence and predicts all items out of sample: cross-validated where an item trained the head.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Evidence on the items in `rows`, in that order, shape `[rows.length, k]`.
 * @param rows - The items with evidence, at least one.
 * @param folds - Fold of each item, shape `[n]`, see {@link dealFolds}.
 */
export async function fitOutOfFold(
  features: Matrix,
  evidence: { readonly rows: Int32Array; readonly values: Matrix },
  folds: Int32Array,
  options: LinearHeadOptions = {},
): Promise<OutOfFold> {
  const { rows, values } = evidence
  const head = await fitLinearHead(gatherRows(features, rows), values, options)
  const predProbs = await predictProbs(head, features)
  const places = [...rows.keys()]
  for (const fold of new Set(rows.map((item) => folds[item]!))) {
    const training = places.filter((place) => folds[rows[place]!] !== fold)
    const heldOut = places.filter((place) => folds[rows[place]!] === fold)
    const probs = training.length
      ? await predictProbs(
          await fitLinearHead(
            gatherRows(
              features,
              training.map((place) => rows[place]!),
            ),
            gatherRows(values, training),
            options,
          ),
          gatherRows(
            features,
            heldOut.map((place) => rows[place]!),
          ),
        )
      : uniform(heldOut.length, values.cols)
    heldOut.forEach((place, at) => row(predProbs, rows[place]!).set(row(probs, at)))
  }
  return { predProbs, head }
}

function uniform(rows: number, cols: number): Matrix {
  const probs = matrix(rows, cols)
  probs.data.fill(1 / cols)
  return probs
}
