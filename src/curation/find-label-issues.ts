import type { Matrix } from '../tensor/matrix.ts'
import { checkPredProbs } from './check-pred-probs.ts'
import { confidentClasses } from './confident-joint.ts'
import { flagIssues, needsMargins } from './filter-by.ts'
import type { FilterBy } from './filter-by.ts'
import { makeLargestMargins, offerRows } from './largest-margins.ts'
import { pruneCounts } from './prune-counts.ts'
import type { PruneOptions } from './prune-counts.ts'
import { scoreRow } from './score-row.ts'
import type { QualityMethod } from './score-row.ts'

/** What is flagged and in which order; the first three filters heed {@link PruneOptions}. */
export interface FindLabelIssuesOptions extends PruneOptions {
  /** Default `prune_by_noise_rate`. */
  readonly filterBy?: FilterBy
  /** The score by which `ranked` is ordered. Default `self_confidence`. */
  readonly rankedBy?: QualityMethod
}

/** Labels that are probably wrong. */
export interface LabelIssues {
  /** 1 where the label is probably wrong, shape `[n]`. */
  readonly isIssue: Uint8Array
  /** The flagged items, worst first; equal ones by index. */
  readonly ranked: Int32Array
}

/**
 * Finds labels that are probably wrong by confident learning.
 *
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param predProbs - Out-of-sample class probabilities (cross-validated: a model that was trained on a wrong label has learnt it), shape
 *   `[n, k]`. Values may leave `[0, 1]` by 0.001, as rounded ones do.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape` (fewer than two classes), `bad-probability`, `bad-option`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068); counts and filters as in cleanlab 2.9.
 * @example
 * ```ts
 * const { ranked } = findLabelIssues(labels, predProbs, { filterBy: 'both' })
 * console.log(`look at item ${ranked[0]} first`)
 * ```
 */
export function findLabelIssues(
  labels: Int32Array,
  predProbs: Matrix,
  options: FindLabelIssuesOptions = {},
): LabelIssues {
  const { filterBy = 'prune_by_noise_rate', rankedBy = 'self_confidence' } = options
  const { data, cols } = predProbs
  const scan = checkPredProbs(labels, predProbs)
  const items = { labels, classes: cols, scan, counted: confidentClasses(labels, predProbs, scan) }
  const prune = pruneCounts(items, options)
  const largest = makeLargestMargins(prune)
  if (needsMargins(filterBy)) offerRows(largest, predProbs, 0, labels)
  const isIssue = flagIssues(items, filterBy, largest)
  return {
    isIssue,
    ranked: rankFlagged(isIssue, (i) => scoreRow(rankedBy, data, i * cols, { cols, label: labels[i]! })),
  }
}

/** The flagged items by ascending score, equal ones by index. */
export function rankFlagged(isIssue: Uint8Array, scoreOf: (item: number) => number): Int32Array {
  const flagged: number[] = []
  const scores = new Float64Array(isIssue.length)
  for (let i = 0; i < isIssue.length; i++) {
    if (isIssue[i] === 0) continue
    flagged.push(i)
    scores[i] = scoreOf(i)
  }
  return Int32Array.from(flagged.sort((a, b) => scores[a]! - scores[b]!))
}
