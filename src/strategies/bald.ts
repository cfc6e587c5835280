import { checkPool } from './check-pool.ts'
import { askCommittee, entropyOfRow } from './committee.ts'
import { largestPlaces } from './largest-places.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

/**
 * BALD: the items whose label tells most about the head, `H(mean p) - mean H(p)` over a committee. High where each member is sure of another
 * class, zero where all are equally undecided, which is where entropy asks in vain.
 *
 * The posterior over heads is a bootstrap where the paper has a Gaussian process and later work dropout; the batch is the best items one by
 * one. Random before there are labels.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`: see `checkPool`.
 * @see Houlsby, Huszár, Ghahramani, Lengyel, Bayesian Active Learning for Classification and Preference Learning, 2011 (arXiv:1112.5745).
 */
export const bald: QueryStrategy = async (pool, batchSize, rng) => {
  checkPool(pool, 'features')
  const { predProbs, candidates, labels } = pool
  const count = batchOf(candidates, batchSize)
  if (count === 0 || labels.every((label) => label < 0)) return random(pool, batchSize, rng)
  const k = predProbs.cols
  const summed = new Float32Array(candidates.length * k)
  const entropies = new Float64Array(candidates.length)
  let members = 0
  for await (const { data } of askCommittee(pool, rng)) {
    members++
    for (let at = 0; at < data.length; at++) summed[at]! += data[at]!
    for (let place = 0; place < candidates.length; place++) entropies[place]! += entropyOfRow(data, place, k)
  }
  const gains = entropies.map((entropy, place) => entropyOfRow(summed, place, k) - entropy / members)
  return largestPlaces(gains, count).map((place) => candidates[place]!)
}
