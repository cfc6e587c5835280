import { trustedRows } from '../channels/channel.ts'
import type { Rng } from '../core/rng.ts'
import { predictProbs } from '../learners/linear-head.ts'
import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { fitLabelledHead } from './labelled-head.ts'
import type { PoolView } from './query-strategy.ts'

const usualMembers = 8

/**
 * Asks a committee of heads, each taught by a bootstrap resample of the labelled items, about the candidates: what one head of a linear model
 * cannot say, how much its answer hangs on the few labels it has seen, shows in how much they differ.
 *
 * @param pool - At least one item has a label.
 * @yields {Matrix} One member's class probabilities after the other, shape `[candidates.length, k]`.
 * @see Abe, Mamitsuka, Query Learning Strategies Using Boosting and Bagging, ICML 1998.
 */
export async function* askCommittee(pool: PoolView, rng: Rng, members: number = usualMembers): AsyncGenerator<Matrix> {
  const rows = trustedRows(pool.labels)
  const asked = gatherRows(pool.features, pool.candidates)
  for (let member = 0; member < members; member++) {
    const drawn = new Float32Array(rows.length)
    for (let draw = 0; draw < rows.length; draw++) drawn[rng.below(rows.length)]!++
    yield await predictProbs(await fitLabelledHead(pool, rows, drawn), asked)
  }
}

/** `-Σ p ln p` of a row of weights, scaled to sum 1, in nats. */
export function entropyOfRow(weights: ArrayLike<number>, row: number, k: number): number {
  let sum = 0
  let h = 0
  for (let at = row * k; at < (row + 1) * k; at++) {
    const weight = weights[at]!
    if (weight > 0) {
      sum += weight
      h -= weight * Math.log(weight)
    }
  }
  return h / sum + Math.log(sum)
}
