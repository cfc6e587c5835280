import { permutation } from '../core/rng.ts'
import { badge } from './badge.ts'
import { fewestFirst } from './fewest-first.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

/** The share of the candidates among which classes are balanced: the authors' constant. */
const shortlisted = 0.1

/**
 * PCB, pseudo-class balance: of the tenth of the candidates that {@link badge} chooses, a random one that looks like the class with the fewest
 * labels, free ones included; then again, with one label more for that class.
 *
 * Where none looks like that class, the authors draw from all and count nothing, so that one class which is never predicted leaves the rest of
 * the batch to chance; here the class with the next fewest labels is served.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`, `bad-feature-value`: see `checkPool`.
 * @see Bang, Ahn, Lee, Active Prompt Learning in Vision Language Models, CVPR 2024 (arXiv:2311.11178).
 */
export const pcb: QueryStrategy = async (pool, batchSize, rng) => {
  const size = batchOf(pool.candidates, batchSize)
  const shortlist = await badge(pool, Math.max(size, Math.ceil(shortlisted * pool.candidates.length)), rng)
  const shuffled = permutation(shortlist.length, rng).map((place) => shortlist[place]!)
  return fewestFirst(pool, shuffled, size)
}
