import { trustedRows } from '../channels/channel.ts'
import { permutation } from '../core/rng.ts'
import { ballsOf } from '../tensor/balls.ts'
import { checkPool } from './check-pool.ts'
import { coverGreedily } from './greedy-cover.ts'
import { pureRadius } from './pure-radius.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

export interface ProbCoverOptions {
  /** Items nearer than this to a labelled one count as known. Default: see {@link pureRadius}. */
  readonly delta?: number
}

/**
 * ProbCover: again and again the candidate with most items within `delta` of it that are not yet within `delta` of a labelled or chosen one.
 * For the first labels, when no prediction is worth anything yet. Candidates that would add nothing are chosen at random.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-feature-value`: see `checkPool`.
 * @see Yehuda, Dekel, Hacohen, Weinshall, Active Learning Through a Covering Lens, NeurIPS 2022, algorithm 1.
 */
export function makeProbCover(options: ProbCoverOptions = {}): QueryStrategy {
  return async (pool, batchSize, rng) => {
    checkPool(pool, 'features')
    const { features, predProbs, candidates, labels } = pool
    const size = batchOf(candidates, batchSize)
    if (size === 0) return new Int32Array(0)
    const delta = options.delta ?? (await pureRadius(features, predProbs.cols, rng))
    const chosen = await coverGreedily(ballsOf(features, delta), candidates, trustedRows(labels), size)
    const isChosen = new Set(chosen)
    const rest = permutation(candidates.length, rng).map((place) => candidates[place]!)
    return Int32Array.from([...chosen, ...rest.filter((item) => !isChosen.has(item)).subarray(0, size - chosen.length)])
  }
}

/** ProbCover with the radius that suits the features. */
export const probCover: QueryStrategy = makeProbCover()
