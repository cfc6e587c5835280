import { permutation, type Rng } from '../core/rng.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { fitTerms, type FitOptions } from './fit-terms.ts'
import { evidenceTerm, softLabelTerm, type LossTerm, type SoftLabels } from './head-loss.ts'
import { predictProbs, type LinearHead } from './linear-head.ts'

/** What {@link fitOutOfFold} found. */
export interface OutOfFold {
  /** Class probabilities of all items; each that has evidence is predicted by a head that did not see it. Shape `[n, k]`. */
  readonly predProbs: Matrix
  /** The head fitted on everything. */
  readonly head: LinearHead
}

/** A warm start would have seen the labels that are held out. */
type FoldHeadOptions = Omit<FitOptions, 'warmStart'>

/** Deals `n` items into folds of equal size at random, shape `[n]`, values in `0..folds-1`. */
export function dealFolds(n: number, rng: Rng, folds = 5): Int32Array {
  return permutation(n, rng).map((place) => place % folds)
}

/**
 * Fits a head on the items with evidence and predicts all items out of sample: cross-validated where an item trained the head.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Evidence on the items in `rows`, in that order, shape `[rows.length, k]`; at least one.
 * @param folds - Fold of each item, shape `[n]`, see {@link dealFolds}.
 * @param options.soft - Soft labels to learn from beside the evidence.
 * @throws {@link LabelwrightError} as of {@link fitLinearHead}.
 */
export async function fitOutOfFold(
  features: Matrix,
  evidence: { readonly rows: Int32Array; readonly values: Matrix },
  folds: Int32Array,
  options: FoldHeadOptions & { readonly soft?: readonly SoftLabels[] } = {},
): Promise<OutOfFold> {
  const { soft = [], ...headOptions } = options
  const shape = { d: features.cols, k: evidence.values.cols }
  const fit = async (isTaught: (item: number) => boolean): Promise<LinearHead | null> => {
    const places = [...evidence.rows.keys()].filter((place) => isTaught(evidence.rows[place]!))
    const hard = gatherRows(
      features,
      places.map((place) => evidence.rows[place]!),
    )
    const terms = [
      ...(places.length ? [evidenceTerm(hard, gatherRows(evidence.values, places))] : []),
      ...soft.flatMap((labels) => softTermOn(features, labels, isTaught)),
    ]
    return terms.length ? fitTerms(terms, shape, headOptions) : null
  }
  const head = (await fit(() => true))!
  const predProbs = await predictProbs(head, features)
  const teaching = new Set([...evidence.rows, ...soft.flatMap(({ items }) => [...items])])
  for (const fold of new Set([...teaching].map((item) => folds[item]!))) {
    const heldOut = [...teaching].filter((item) => folds[item] === fold)
    const blind = await fit((item) => folds[item] !== fold)
    const probs = blind ? await predictProbs(blind, gatherRows(features, heldOut)) : uniform(heldOut.length, shape.k)
    heldOut.forEach((item, at) => row(predProbs, item).set(row(probs, at)))
  }
  return { predProbs, head }
}

function softTermOn(features: Matrix, labels: SoftLabels, isTaught: (item: number) => boolean): LossTerm[] {
  const places = [...labels.items.keys()].filter((place) => isTaught(labels.items[place]!))
  if (places.length === 0) return []
  const rows = gatherRows(
    features,
    places.map((place) => labels.items[place]!),
  )
  return [softLabelTerm(rows, { ...labels, targets: gatherRows(labels.targets, places) })]
}

function uniform(rows: number, cols: number): Matrix {
  const probs = matrix(rows, cols)
  probs.data.fill(1 / cols)
  return probs
}
