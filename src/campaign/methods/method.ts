import type { Micros } from '../../core/money.ts'
import type { LedgerEntry, PlannedQuestion } from '../../store/store.ts'
import type { Belief } from '../belief.ts'
import type { Campaign } from '../campaign.ts'
import type { Hearing } from '../hearing.ts'
import type { OpenOffer } from '../offers.ts'
import type { Standing } from '../standing.ts'

/** A way through the circle: what is believed after all that was heard, and what is asked next. Equal ledgers give equal decisions. */
export interface Method {
  /** What an untrusted annotator is asked about at the start, beside people: the items drawn at random, the whole pool, or nothing yet. */
  atStart(offer: OpenOffer, campaign: Campaign): 'drawn' | 'pool' | 'nothing'
  believe(campaign: Campaign, heard: Heard): Promise<Belief>
  /** The questions of a round after the first; none where nothing is worth its price. */
  choose(standing: Standing, means: Means): Promise<PlannedQuestion[]>
}

/** What was said so far, as it came and sorted by its use. */
export interface Heard {
  readonly ledger: readonly LedgerEntry[]
  readonly hearing: Hearing
}

/** Whom a round may ask, and what it may cost. */
export interface Means {
  readonly offers: readonly OpenOffer[]
  /** Those of `offers` whose answers settle an item. */
  readonly settling: readonly OpenOffer[]
  /** What is left to spend on learning, at least `price`. */
  readonly money: Micros
  /** Of one settling answer. */
  readonly price: Micros
  /** So many settling answers make a batch that teaches the learner something new; what they cost is a round's money. */
  readonly batch: number
}
