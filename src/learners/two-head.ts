import { gatherRows, matrix, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import type { FitOptions } from './fit-terms.ts'
import { checkIndices, checkLengths, checkTransition } from './label-checks.ts'
import { fitLinearHead, type LinearHead } from './linear-head.ts'
import { stackedRows } from './stacked-rows.ts'

/** What is known of some items: exact fine labels, and what a weak annotator said about others at the coarse level. */
export interface TwoLevelLabels {
  /** Item indices, and the fine class of each, `0..k-1`. */
  readonly fine: { readonly rows: Int32Array; readonly labels: Int32Array }
  /** Item indices, and the coarse class said of each; at most one answer per item. */
  readonly coarse: {
    readonly rows: Int32Array
    readonly labels: Int32Array
    /** `T[i, j] = P(said j | truly i)`, shape `[c, r]`, rows sum to 1. Default: what was said is true. */
    readonly transition?: Matrix
  }
  /** The coarse class of each fine class, shape `[k]`, values in `0..c-1`. */
  readonly parents: Int32Array
}

/** One head per level. */
export interface TwoHeads {
  /** `k` fine classes. */
  readonly fine: LinearHead
  /** `c` coarse classes. */
  readonly coarse: LinearHead
}

/** Of both heads; they have different classes, which only `balanced` weighs alike. */
type TwoHeadOptions = Omit<FitOptions, 'warmStart'> & { readonly classWeights?: 'balanced' }

/** No answer rules a class out for good, however sure the transition matrix is: the authors' constant. */
const leastLikelihood = 1e-8

/**
 * Fits a fine and a coarse head from exact fine labels and noisy coarse ones.
 *
 * The published method trains two heads on one encoder, and coarse labels help the fine head through the encoder alone. On frozen features
 * there is none to share; so the fine head itself learns from them: a coarse class's probability is the sum of its children's, corrected
 * forward by the transition matrix, `-ln ((q T)[said])` with `q_c = Σ_{parent(y) = c} p_y`. The coarse head, for the coarse uncertainty,
 * learns from the same items with the same correction, and of fine labels their parents. What was said of an item whose fine label is known
 * teaches nothing more and is left out.
 *
 * @param features - Of all items, shape `[n, d]`.
 * @throws {@link LabelwrightError} `length-mismatch` when rows and labels differ in number, `bad-label` when a label, parent or row does not
 *   exist, `bad-probability` when the transition matrix has rows that are no probabilities, and as of {@link fitLinearHead}.
 * @see Nguyen et al., VLMs as weak annotators, arXiv:2605.00480 (the two heads); Patrini et al., CVPR 2017 (forward correction).
 */
export async function fitTwoHeads(
  features: Matrix,
  { fine, coarse, parents }: TwoLevelLabels,
  options: TwoHeadOptions = {},
): Promise<TwoHeads> {
  const groups = coarse.transition?.rows ?? parents.reduce((most, parent) => Math.max(most, parent + 1), 0)
  checkIndices('fine label', fine.labels, parents.length)
  checkIndices('coarse label', coarse.labels, coarse.transition?.cols ?? groups)
  checkIndices('parent', parents, groups)
  for (const { rows, labels } of [fine, coarse]) {
    checkIndices('row', rows, features.rows)
    checkLengths('labels', rows, labels.length)
  }
  const transition = coarse.transition ?? identity(groups)
  checkTransition(transition)

  const known = new Set(fine.rows)
  const open = coarse.rows.map((_, place) => place).filter((place) => !known.has(coarse.rows[place]!))
  const said = open.map((place) => coarse.labels[place]!)
  const taught = gatherRows(features, [...fine.rows, ...open.map((place) => coarse.rows[place]!)])
  const themselves = Int32Array.from({ length: groups }, (_, group) => group)
  const fineParents = fine.labels.map((label) => parents[label]!)
  return {
    fine: await fitLinearHead(
      taught,
      stackedRows(labelEvidence(fine.labels, parents.length), coarseEvidence(said, parents, transition)),
      options,
    ),
    coarse: await fitLinearHead(
      taught,
      stackedRows(labelEvidence(fineParents, groups), coarseEvidence(said, themselves, transition)),
      options,
    ),
  }
}

/**
 * Coarse answers as evidence on finer classes: `E[i, y] = ln T[parent(y), said(i)]`.
 *
 * @param said - Coarse class said of each item, shape `[n]`, values in `0..r-1`.
 * @param parents - Coarse class of each fine class, shape `[k]`, values in `0..c-1`.
 * @param transition - `T[i, j] = P(said j | truly i)`, shape `[c, r]`. What is below 1e-8 counts as that.
 * @returns Log-likelihoods, shape `[n, k]`.
 * @see Patrini et al., Making Deep Neural Networks Robust to Label Noise, CVPR 2017, section 4.2 (forward correction).
 */
export function coarseEvidence(said: Int32Array, parents: Int32Array, transition: Matrix): Matrix {
  const k = parents.length
  const evidence = matrix(said.length, k)
  const logs = transition.data.map((p) => Math.log(Math.max(p, leastLikelihood)))
  for (let i = 0; i < said.length; i++) {
    for (let y = 0; y < k; y++) evidence.data[i * k + y] = logs[parents[y]! * transition.cols + said[i]!]!
  }
  return evidence
}

function identity(size: number): Matrix {
  const m = matrix(size, size)
  for (let i = 0; i < size; i++) m.data[i * size + i] = 1
  return m
}
