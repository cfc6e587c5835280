import { argmaxRows } from '../tensor/matrix.ts'
import { checkPool } from './check-pool.ts'
import { askCommittee, entropyOfRow } from './committee.ts'
import { largestPlaces } from './largest-places.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

/** Far below the step between two vote entropies, so that it only breaks their ties. */
const tieBreak = 1e-6

/**
 * Query by committee: the items about whose class the members disagree most, by the entropy of their votes. Of items with the same split the
 * one with the higher entropy of the members' mean probabilities comes first.
 *
 * The other usual measure, the mean divergence of the members from their mean (McCallum, Nigam, ICML 1998), is `bald` when the committee is
 * the same, so this one counts votes. Random before there are labels.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`: see `checkPool`.
 * @see Seung, Opper, Sompolinsky, Query by Committee, COLT 1992.
 * @see Dagan, Engelson, Committee-Based Sampling for Training Probabilistic Classifiers, ICML 1995 (vote entropy).
 */
export const qbc: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const { predProbs, candidates, labels } = pool
  const count = batchOf(candidates, batchSize)
  if (count === 0 || labels.every((label) => label < 0)) return random(pool, batchSize, rng)
  const k = predProbs.cols
  const votes = new Uint8Array(candidates.length * k)
  const summed = new Float32Array(candidates.length * k)
  for await (const probs of askCommittee(pool, rng)) {
    for (let at = 0; at < probs.data.length; at++) summed[at]! += probs.data[at]!
    argmaxRows(probs).forEach((vote, place) => votes[place * k + vote]!++)
  }
  const splits = Float64Array.from(
    candidates.keys(),
    (place) => entropyOfRow(votes, place, k) + tieBreak * entropyOfRow(summed, place, k),
  )
  return largestPlaces(splits, count).map((place) => candidates[place]!)
}
