import { labelEvidence } from '../../../learners/evidence.ts'
import { fitLinearHead, predictProbs, type LinearHead, type LinearHeadOptions } from '../../../learners/linear-head.ts'
import { preparedHeadOptions } from '../../../learners/prepare-features.ts'
import { stackedRows } from '../../../learners/stacked-rows.ts'
import { coarseEvidence, type TwoHeads, type TwoLevelLabels } from '../../../learners/two-head.ts'
import { gatherRows, matrix, type Matrix } from '../../../tensor/matrix.ts'

/** What a coarse head that learns from weak labels alone is penalised with, where people's labels alone call for `preparedHeadOptions.l2`. */
const weakL2 = 0.3

/** Where the fine head rules a whole group out, its children are equally likely. */
const leastShare = 1e-12

/** Full labels; and weak ones of other items, with how they err. */
export type LinkedLabels = TwoLevelLabels & { readonly coarse: { readonly transition: Matrix } }

/**
 * The two phases of the published method on frozen features: a coarse head by weak answers, corrected for how they err, and by the parents of
 * full labels; and a fine head by full labels alone.
 *
 * @param start - Heads of fewer labels to start from.
 */
export async function fitLinkedHeads(
  features: Matrix,
  { fine, coarse, parents }: LinkedLabels,
  options: Pick<LinearHeadOptions, 'maxIterations' | 'tolerance'> = {},
  start?: TwoHeads,
): Promise<TwoHeads> {
  const groups = coarse.transition.rows
  const themselves = Int32Array.from({ length: groups }, (_, group) => group)
  const taught = fine.rows.length + coarse.rows.length
  const weakShare = taught > 0 ? coarse.rows.length / taught : 0
  const { l2 } = preparedHeadOptions
  const fit = (x: Matrix, evidence: Matrix, penalty: number, warmStart?: LinearHead): Promise<LinearHead> =>
    fitLinearHead(x, evidence, { ...preparedHeadOptions, ...options, l2: penalty, ...(warmStart && { warmStart }) })
  return {
    fine: await fit(gatherRows(features, fine.rows), labelEvidence(fine.labels, parents.length), l2, start?.fine),
    coarse: await fit(
      gatherRows(features, [...fine.rows, ...coarse.rows]),
      stackedRows(
        labelEvidence(
          fine.labels.map((label) => parents[label]!),
          groups,
        ),
        coarseEvidence(coarse.labels, themselves, coarse.transition),
      ),
      l2 + weakShare * (weakL2 - l2),
      start?.coarse,
    ),
  }
}

/** Class probabilities of both levels. */
export interface LinkedProbs {
  /** Shape `[n, k]`, by both heads. */
  readonly fine: Matrix
  /** Shape `[n, c]`, by the coarse head alone. */
  readonly coarse: Matrix
}

/**
 * Predicts by the chain rule: which group is the mean of what the coarse head `q` and the fine head `f` make of it, which of its children is
 * what the fine head says. `p(y | x) = (q(g | x) + f(g | x)) / 2 · f(y | x) / f(g | x)`, `g` the parent of `y`, `f(g)` the sum over its children.
 */
export async function predictLinked(heads: TwoHeads, parents: Int32Array, features: Matrix): Promise<LinkedProbs> {
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
