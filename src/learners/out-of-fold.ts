import { permutation, type Rng } from '../core/rng.ts'
import { gatherRows, row, type Matrix } from '../tensor/matrix.ts'
import { fitTerms, type FitOptions } from './fit-terms.ts'
import { evidenceTerm, softLabelTerm, type SoftLabels } from './head-loss.ts'
import { checkIndices, checkLengths } from './label-checks.ts'
import { predictProbs, type LinearHead } from './linear-head.ts'

/** What {@link fitOutOfFold} found. */
export interface OutOfFold {
  /** Class probabilities of all items; each that has evidence is predicted by a head that did not see it. Shape `[n, k]`. */
  readonly predProbs: Matrix
  /** The head fitted on everything. */
  readonly head: LinearHead
  /** Per fold, the head that did not see it. */
  readonly blind: ReadonlyMap<number, LinearHead>
}

/** Something about the items in `rows`, in that order. */
interface Said {
  readonly rows: Int32Array
  readonly values: Matrix
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
 * @param evidence - Evidence on the items in `rows`, in that order, shape `[rows.length, k]`. A head that is taught nothing
 *   finds every class as likely.
 * @param folds - Fold of each item, shape `[n]`, see {@link dealFolds}; -1: taught to every head, and so not predicted out of sample.
 * @param options.soft - Soft labels to learn from beside the evidence.
 * @param options.from - An earlier fit on the same folds and less to learn from, to start from: none of its heads has seen what is held out.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label` when a row is no item, and as of {@link fitTerms}.
 * @see Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, 1974.
 */
export async function fitOutOfFold(
  features: Matrix,
  evidence: Said,
  folds: Int32Array,
  options: FoldHeadOptions & { readonly soft?: readonly SoftLabels[]; readonly from?: OutOfFold } = {},
): Promise<OutOfFold> {
  const { soft = [], from, ...headOptions } = options
  checkLengths('folds', { length: features.rows }, folds.length)
  const said: readonly Said[] = [evidence, ...soft.map(({ items, targets }) => ({ rows: items, values: targets }))]
  for (const { rows, values } of said) {
    checkLengths('rows of evidence', rows, values.rows)
    checkIndices('row', rows, features.rows)
  }
  const shape = { d: features.cols, k: evidence.values.cols }
  const fit = (isTaught: (item: number) => boolean, warmStart?: LinearHead): Promise<LinearHead> => {
    const [hard, ...softer] = said.map((all) => taughtOf(features, all, isTaught))
    const terms = softer.map(([x, targets], at) => softLabelTerm(x, { ...soft[at]!, targets }))
    return fitTerms([evidenceTerm(...hard!), ...terms], shape, { ...headOptions, ...(warmStart && { warmStart }) })
  }
  const head = await fit(() => true, from?.head)
  const heads = new Map<number, LinearHead>()
  const predProbs = await predictProbs(head, features)
  const teaching = Int32Array.from(new Set(said.flatMap(({ rows }) => [...rows])))
  for (const fold of new Set(teaching.map((item) => folds[item]!))) {
    if (fold < 0) continue
    const heldOut = teaching.filter((item) => folds[item] === fold)
    const blind = await fit((item) => folds[item] !== fold, from?.blind.get(fold))
    heads.set(fold, blind)
    const probs = await predictProbs(blind, gatherRows(features, heldOut))
    heldOut.forEach((item, at) => row(predProbs, item).set(row(probs, at)))
  }
  return { predProbs, head, blind: heads }
}

/** The features of the items that are to be taught, and what was said of them. */
function taughtOf(features: Matrix, { rows, values }: Said, isTaught: (item: number) => boolean): [Matrix, Matrix] {
  const places = rows.map((_, place) => place).filter((place) => isTaught(rows[place]!))
  const items = places.map((place) => rows[place]!)
  return [gatherRows(features, items), gatherRows(values, places)]
}
