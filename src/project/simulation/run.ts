import type { Campaign, CampaignPlan } from '../../campaign/campaign.ts'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { simulateCampaign, type SimulatedPoint } from '../../campaign/simulation/simulate-campaign.ts'
import type { Clock } from '../../core/clock.ts'
import { makeRng } from '../../core/rng.ts'
import { dealFolds } from '../../learners/out-of-fold.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import { gatherRows } from '../../tensor/matrix.ts'
import type { Contestant } from './contestant.ts'
import { dealItems, startOfEachClass } from './deal-items.ts'
import { annotatorOf } from './player.ts'
import type { World } from './world.ts'

/** One strategy with one seed. */
export interface Run {
  readonly contestant: Contestant
  readonly seed: number
}

/** Nobody but the questions themselves needs to know what time it is. */
const standingClock: Clock = { now: () => 0 }

/** Plays one campaign, with a ledger of its own in memory. @param onPoint - Told after each turn. */
export async function playRun(
  world: World,
  { contestant, seed }: Run,
  onPoint: (point: SimulatedPoint) => void,
): Promise<SimulatedCurve> {
  const { pool, test } = dealItems(world, seed)
  const truth = pool.map((i) => world.truth[i]!)
  const store = await openSqliteStore(':memory:')
  try {
    const campaign: Campaign = {
      store,
      items: Array.from(pool, (i) => world.items[i]!),
      taxonomy: world.taxonomy,
      pool: {
        features: gatherRows(world.features, pool),
        folds: dealFolds(pool.length, makeRng(seed, 'folds')),
        k: world.taxonomy.k,
        ...(world.open && { open: world.open }),
      },
      annotators: world.players.map((player) => annotatorOf(player, seed)),
      plan: planOf(world, { contestant, seed }, truth),
    }
    const heldOut = { features: gatherRows(world.features, test), truth: test.map((i) => world.truth[i]!) }
    const points = await simulateCampaign(
      campaign,
      { truth, test: test.length > 0 ? heldOut : null },
      {
        clock: standingClock,
        signal: new AbortController().signal,
        isEnough: (point) => {
          onPoint(point)
          return false
        },
      },
    )
    return { strategy: contestant.name, seed, points }
  } finally {
    await store.close()
  }
}

function planOf(
  { budget, start, batch, iso, prior }: World,
  { contestant, seed }: Run,
  truth: Int32Array,
): CampaignPlan {
  const { strategy, options } = contestant
  return {
    strategy,
    iso: { ...iso, ...options },
    prior: { ...prior, ...options },
    budget,
    target: null,
    start: typeof start === 'number' ? start : startOfEachClass(truth, start.perClass, seed),
    ...(batch && { batch }),
    auditItems: 0,
    rounds: Infinity,
    seed,
  }
}
