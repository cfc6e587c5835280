import { makeRng } from '../../src/core/rng.ts'
import { labelEvidence } from '../../src/learners/evidence.ts'
import { fitLinearHead, predictProbs } from '../../src/learners/linear-head.ts'
import { preparedHeadOptions, prepareFeatures } from '../../src/learners/prepare-features.ts'
import { argmaxRows, gatherRows, type Matrix } from '../../src/tensor/matrix.ts'

/**
 * What a stand-in for a model says about every row: a head on the few leading directions of the features, fitted to rows that nobody else sees.
 *
 * @param rows - Those that the head learns from, with their `labels` in that order.
 * @returns Class of each row of `features`.
 */
export async function glance(
  features: Matrix,
  taught: { readonly rows: Int32Array; readonly labels: Int32Array; readonly k: number },
  dimensions: number,
): Promise<Int32Array> {
  const few = await prepareFeatures(features, makeRng(1, 'glance'), dimensions)
  const evidence = labelEvidence(taught.labels, taught.k)
  const head = await fitLinearHead(gatherRows(few, taught.rows), evidence, preparedHeadOptions)
  return argmaxRows(await predictProbs(head, few))
}
