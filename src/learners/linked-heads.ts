import { gatherRows, matrix, type Matrix } from '../tensor/matrix.ts'
import { coarseEvidence } from './coarse-evidence.ts'
import { labelEvidence } from './evidence.ts'
import { checkIndices, checkLengths, checkTransition } from './label-checks.ts'
import { fitLinearHead, predictProbs, type LinearHead, type LinearHeadOptions } from './linear-head.ts'
import { preparedHeadOptions } from './prepare-features.ts'
import { stackedRows } from './stacked-rows.ts'

/** What is known of some items: exact fine labels, and what a weak annotator said about others at the coarse level. */
export interface TwoLevelLabels {
  /** Item indices, and the fine class of each, `0..k-1`. */
  readonly fine: { readonly rows: Int32Array; readonly labels: Int32Array }
  /** Item indices, and the coarse class said of each; at most one answer per item, and only about items without a fine label. */
  readonly coarse: {
    readonly rows: Int32Array
    readonly labels: Int32Array
    /** `T[i, j] = P(said j | truly i)`, shape `[c, r]`, rows sum to 1. */
    readonly transition: Matrix
  }
  /** The coarse class of each fine class, shape `[k]`, values in `0..c-1`. */
  readonly parents: Int32Array
}

/** One head per level, and what links them. */
export interface LinkedHeads {
  /** `k` fine classes. */
  readonly fine: LinearHead
  /** `c` coarse classes. */
  readonly coarse: LinearHead
  /** The coarse class of each fine class, shape `[k]`. */
  readonly parents: Int32Array
}

export interface LinkedHeadsOptions extends Pick<LinearHeadOptions, 'maxIterations' | 'tolerance'> {
  /** Heads of the same classes to start from, such as those of fewer labels. Default: zeros. */
  readonly warmStart?: LinkedHeads
}

/** Class probabilities of both levels. */
export interface LinkedProbs {
  /** Shape `[n, k]`, by both heads. */
  readonly fine: Matrix
  /** Shape `[n, c]`, by the coarse head alone. */
  readonly coarse: Matrix
}

/** What a coarse head that learns from weak labels alone is penalised with, where people's labels alone call for `preparedHeadOptions.l2`. */
const weakL2 = 0.3

/** Where the fine head rules a whole group out, its children are equally likely. */
const leastShare = 1e-12

/**
 * Fits a fine and a coarse head from exact fine labels and noisy coarse ones: the two phases of the published method on frozen features. The
 * coarse head learns by weak answers, corrected forward for how they err, and by the parents of fine labels; the fine head by fine labels alone.
 *
 * The published method trains an encoder, through which coarse labels help the fine head. On frozen features the two are linked when they
 * predict, see {@link predictLinked}. The obvious alternative, to teach the fine head coarse answers as sums over children, fails: within a
 * group the likelier child takes all (`docs/methods/iso.md` has the numbers).
 *
 * @param features - Of all items, as `prepareFeatures` makes them, shape `[n, d]`.
 * @throws {@link LabelwrightError} `length-mismatch` when rows and labels differ in number, `bad-label` when a label, parent or row does not
 *   exist, `bad-probability` when the transition matrix has rows that are no probabilities, and as of {@link fitLinearHead}.
 * @see Nguyen et al., VLMs as weak annotators, arXiv:2605.00480 (the two heads); Patrini et al., CVPR 2017 (forward correction).
 */
export async function fitLinkedHeads(
  features: Matrix,
  labels: TwoLevelLabels,
  { warmStart, ...options }: LinkedHeadsOptions = {},
): Promise<LinkedHeads> {
  checkLabels(features, labels)
  const { fine, coarse, parents } = labels
  const groups = coarse.transition.rows
  const themselves = Int32Array.from({ length: groups }, (_, group) => group)
  const fineParents = fine.labels.map((label) => parents[label]!)
  const weakShare = coarse.rows.length / Math.max(1, fine.rows.length + coarse.rows.length)
  const { l2 } = preparedHeadOptions
  const fit = (x: Matrix, evidence: Matrix, penalty: number, start?: LinearHead): Promise<LinearHead> =>
    fitLinearHead(x, evidence, { ...preparedHeadOptions, ...options, l2: penalty, ...(start && { warmStart: start }) })
  return {
    fine: await fit(gatherRows(features, fine.rows), labelEvidence(fine.labels, parents.length), l2, warmStart?.fine),
    coarse: await fit(
      gatherRows(features, [...fine.rows, ...coarse.rows]),
      stackedRows(labelEvidence(fineParents, groups), coarseEvidence(coarse.labels, themselves, coarse.transition)),
      l2 + weakShare * (weakL2 - l2),
      warmStart?.coarse,
    ),
    parents,
  }
}

/**
 * Predicts by the chain rule: which group is the mean of what the coarse head `q` and the fine head `f` make of it, which of its children is
 * what the fine head says. `p(y | x) = (q(g | x) + f(g | x)) / 2 · f(y | x) / f(g | x)`, `g` the parent of `y`, `f(g)` the sum over its children.
 *
 * A coarse class without children leaves its share to nobody: give every coarse class one.
 *
 * @param features - Shape `[n, d]`.
 * @throws {@link LabelwrightError} As of {@link predictProbs}.
 */
export async function predictLinked(heads: LinkedHeads, features: Matrix): Promise<LinkedProbs> {
  const { parents } = heads
  const coarse = await predictProbs(heads.coarse, features)
  const alone = await predictProbs(heads.fine, features)
  const fine = matrix(alone.rows, alone.cols)
  const ofGroup = new Float64Array(coarse.cols)
  for (let i = 0; i < fine.rows; i++) {
    const [at, above] = [i * fine.cols, i * coarse.cols]
    ofGroup.fill(0)
    for (let y = 0; y < fine.cols; y++) ofGroup[parents[y]!]! += alone.data[at + y]! + leastShare
    for (let y = 0; y < fine.cols; y++) {
      const group = parents[y]!
      const share = (alone.data[at + y]! + leastShare) / ofGroup[group]!
      fine.data[at + y] = (share * (coarse.data[above + group]! + ofGroup[group]!)) / 2
    }
  }
  return { fine, coarse }
}

function checkLabels(features: Matrix, { fine, coarse, parents }: TwoLevelLabels): void {
  const { transition } = coarse
  checkTransition(transition)
  checkIndices('parent', parents, transition.rows)
  checkIndices('fine label', fine.labels, parents.length)
  checkIndices('coarse label', coarse.labels, transition.cols)
  for (const { rows, labels } of [fine, coarse]) {
    checkIndices('row', rows, features.rows)
    checkLengths('labels', rows, labels.length)
  }
}
