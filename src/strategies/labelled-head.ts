import { labelEvidence } from '../learners/evidence.ts'
import { fitLinearHead, type LinearHead } from '../learners/linear-head.ts'
import { preparedHeadOptions } from '../learners/prepare-features.ts'
import { gatherRows } from '../tensor/matrix.ts'
import type { PoolView } from './query-strategy.ts'

/**
 * A softmax head taught by the pool's labels.
 *
 * @param rows - The labelled items, at least one.
 * @param sampleWeights - How much each of them counts, shape `[rows.length]`. Default 1 each.
 */
export function fitLabelledHead(
  { predProbs, features, labels }: PoolView,
  rows: Int32Array,
  sampleWeights: Float32Array = new Float32Array(rows.length).fill(1),
): Promise<LinearHead> {
  const evidence = labelEvidence(
    rows.map((item) => labels[item]!),
    predProbs.cols,
  )
  return fitLinearHead(gatherRows(features, rows), evidence, { ...preparedHeadOptions, sampleWeights })
}
