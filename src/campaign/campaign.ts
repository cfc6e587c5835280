import type { Annotator } from '../annotators/annotator.ts'
import type { Learner } from '../learners/learner.ts'
import type { Item } from '../core/item.ts'
import type { Micros } from '../core/money.ts'
import type { Taxonomy } from '../core/taxonomy.ts'
import type { Store } from '../store/store.ts'
import type { StrategyName } from '../strategies/strategies.ts'
import type { Pool } from './pool.ts'
import type { IsoOptions, PriorOptions } from './methods/options.ts'

/** Everything a campaign is made of. What it does next is a function of this and the ledger alone. */
export interface Campaign {
  readonly store: Store
  readonly items: readonly Item[]
  readonly taxonomy: Taxonomy
  /** Row i belongs to item i. */
  readonly pool: Pool
  /** At least one of them trusted. */
  readonly annotators: readonly Annotator[]
  readonly plan: CampaignPlan
  /** Takes the linear head's place in strategies that rank items; the others know what they fit. */
  readonly learner?: Learner
}

export interface CampaignPlan {
  readonly strategy: StrategyName
  readonly iso?: IsoOptions
  readonly prior?: PriorOptions
  /** The cap on all spending; Infinity where only a target ends the campaign. */
  readonly budget: Micros
  /** Stop as soon as this share of right labels is certified. */
  readonly target: { readonly accuracy: number; readonly confidence: number } | null
  /** Items drawn at random for the first round; or which they are, in a simulation that begins with some of each class. */
  readonly start: number | Int32Array
  /** What people are paid in a round, in labels: at least so many, and a share of what they were paid so far. Default 10 and 0.15. */
  readonly batch?: { readonly least: number; readonly share: number }
  /** An audit draws at most so many items; 0: no audit, and so no certificate. Infinity where only money limits it. */
  readonly auditItems: number
  /** At most this many rounds; Infinity without a limit. */
  readonly rounds: number
  readonly seed: number
}

/** The trusted annotators: people, as a rule. */
export function trustedIds(campaign: Campaign): ReadonlySet<string> {
  return new Set(campaign.annotators.filter(({ trusted }) => trusted).map(({ id }) => id))
}
