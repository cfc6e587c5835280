import { LabelwrightError } from '../core/error.ts'
import type { Crowdlab } from './crowdlab.ts'
import type { Votes } from './votes.ts'

/**
 * Scores which item to show to one more annotator, whether it has votes already or none: how sure its label would be after one more
 * vote that says nothing. Old items and new ones compete on one scale.
 *
 * @param judged - What {@link crowdlab} made of the same votes.
 * @returns Shape `[n]`; the item with the lowest score is to be asked about next.
 * @throws {@link LabelwrightError} `length-mismatch` when they are judgements of other items.
 * @see Goh and Mueller, ActiveLab: Active Learning with Re-Labeling by Multiple Annotators, 2023 (arXiv:2301.11856).
 */
export function activeLabScores(votes: Votes, { quality, weights }: Crowdlab): Float32Array {
  const { items, annotators, classes, annotator, offsets } = votes
  if (quality.length !== items) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got votes on ${items} items but judgements of ${quality.length}.`,
      'Pass what crowdlab made of the same votes.',
    )
  }
  let ofModels = 0
  for (let m = 0; m < weights.models.length; m++) ofModels += weights.models[m]!
  let ofOneMore = 0
  for (let a = 0; a < annotators; a++) ofOneMore += weights.annotators[a]! / annotators
  const scores = new Float32Array(items)
  for (let i = 0; i < items; i++) {
    let weight = ofModels
    for (let v = offsets[i]!; v < offsets[i + 1]!; v++) weight += weights.annotators[annotator[v]!]!
    scores[i] = (weight * quality[i]! + ofOneMore / classes) / (weight + ofOneMore)
  }
  return scores
}
