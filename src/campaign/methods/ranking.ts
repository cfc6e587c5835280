import { makeRng } from '../../core/rng.ts'
import { strategyForPools, type RankingName } from '../../strategies/strategies.ts'
import { believe, believeByLearner } from '../belief.ts'
import { put } from '../offers.ts'
import type { Method } from './method.ts'

/** A strategy that ranks items, for people alone: models are not asked. */
export function rankingMethod(name: RankingName): Method {
  return {
    atStart: () => 'nothing',
    believe: ({ pool, learner, plan }, { hearing }) =>
      learner ? believeByLearner(learner, pool, hearing, makeRng(plan.seed, 'learner')) : believe(pool, hearing),
    choose: async ({ campaign, hearing, belief, round }, { settling, money, price, batch }) => {
      const { pool, plan } = campaign
      const candidates = Int32Array.from(hearing.trusted.keys()).filter((item) =>
        settling.some(({ available }) => available[item]),
      )
      const size = Math.min(batch, Math.floor(money / Math.max(1, price)))
      const view = {
        predProbs: belief.posterior,
        candidates,
        features: pool.features,
        labels: hearing.trusted,
        ...(pool.open && { freeLabels: pool.open.labels }),
      }
      const chosen = await strategyForPools(name)(view, size, makeRng(plan.seed, 'choose', round))
      return put([...chosen], settling, 'learn')
    },
  }
}
