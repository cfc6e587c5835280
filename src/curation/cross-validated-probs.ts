import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import { labelEvidence } from '../learners/evidence.ts'
import { fitLinearHead, predictProbs } from '../learners/linear-head.ts'
import { prepareFeatures } from '../learners/prepare-features.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { checkLabels, classCount } from './check-items.ts'
import { stratifiedFolds } from './stratified-folds.ts'

export interface CrossValidatedProbsOptions {
  /** Number of classes. Default: the highest label plus 1. */
  readonly k?: number
  /** Parts of which each is predicted by a head that learned from the others. Default 5. */
  readonly folds?: number
  /** How often to deal new folds; the probabilities are averaged. Default 1. */
  readonly repeats?: number
  /** Penalty of the heads on prepared features, as of {@link fitLinearHead}. Default 1. */
  readonly l2?: number
  /** Leading directions of the features to keep, see {@link prepareFeatures}. Default 256. */
  readonly maxDimensions?: number
}

/**
 * Out-of-sample class probabilities in one call, as {@link findLabelIssues} needs them: linear heads on prepared features, each item
 * predicted by a head that did not see its label. Folds are stratified, so every class with two or more items is known to every head.
 *
 * Features are prepared over all items at once. That looks at the features of held-out items, but at no label, so a wrong label teaches
 * nobody; as an estimate of how a head does on new items it is slightly hopeful.
 *
 * An item that is the only one of its class cannot be judged: no other head knows the class, and every such item would pass for a
 * mistake. It gets its own class with probability 1, so that nothing speaks against it.
 *
 * @param features - Shape `[n, d]`, as an encoder gives them; not changed.
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @returns Shape `[n, k]`, rows summing to 1.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`, `bad-option` unless `2 <= folds <= n` and
 *   `repeats >= 1`.
 * @see Northcutt, Jiang, Chuang, Confident Learning, JAIR 2021, section 3 (arXiv:1911.00068).
 * @example
 * ```ts
 * const predProbs = await crossValidatedProbs(embeddings, labels, makeRng(1, 'folds'))
 * ```
 */
export async function crossValidatedProbs(
  features: Matrix,
  labels: Int32Array,
  rng: Rng,
  options: CrossValidatedProbsOptions = {},
): Promise<Matrix> {
  const { k = classCount(labels), folds = 5, repeats = 1, l2 = 1, maxDimensions } = options
  checkLabels(labels, features.rows, k)
  checkFolds(folds, repeats, features.rows)
  const prepared = await prepareFeatures(features, rng, maxDimensions)
  const predProbs = matrix(features.rows, k)
  for (let repeat = 0; repeat < repeats; repeat++) {
    const foldOf = stratifiedFolds(labels, rng, folds)
    for (let fold = 0; fold < folds; fold++) {
      const [taught, heldOut] = [itemsWhere(foldOf, (f) => f !== fold), itemsWhere(foldOf, (f) => f === fold)]
      const evidence = labelEvidence(
        taught.map((item) => labels[item]!),
        k,
      )
      const head = await fitLinearHead(gatherRows(prepared, taught), evidence, { l2 })
      addRows(predProbs, heldOut, await predictProbs(head, gatherRows(prepared, heldOut)), 1 / repeats)
    }
  }
  trustLoneItems(predProbs, labels)
  return predProbs
}

function itemsWhere(foldOf: Int32Array, holds: (fold: number) => boolean): Int32Array {
  return Int32Array.from(foldOf.keys()).filter((item) => holds(foldOf[item]!))
}

function addRows(total: Matrix, items: Int32Array, rows: Matrix, weight: number): void {
  const { cols } = total
  for (let i = 0; i < items.length; i++)
    for (let y = 0; y < cols; y++) total.data[items[i]! * cols + y]! += weight * rows.data[i * cols + y]!
}

function trustLoneItems(predProbs: Matrix, labels: Int32Array): void {
  const members = new Int32Array(predProbs.cols)
  for (let i = 0; i < labels.length; i++) members[labels[i]!]!++
  for (let i = 0; i < labels.length; i++) if (members[labels[i]!] === 1) row(predProbs, i).fill(0)[labels[i]!] = 1
}

function checkFolds(folds: number, repeats: number, n: number): void {
  if (Number.isInteger(folds) && folds >= 2 && folds <= n && Number.isInteger(repeats) && repeats >= 1) return
  throw new LabelwrightError(
    'bad-option',
    `${n} items cannot be dealt into ${folds} folds ${repeats} times over.`,
    'Ask for 2 folds or more, but not for more than there are items, and for 1 repeat or more.',
  )
}
