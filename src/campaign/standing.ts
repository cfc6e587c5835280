import type { LedgerEntry } from '../store/store.ts'
import type { Belief } from './belief.ts'
import type { Campaign } from './campaign.ts'
import type { Certificate } from './certificate.ts'
import type { Hearing } from './hearing.ts'

/** Where the campaign stands when it decides. */
export interface Standing {
  readonly campaign: Campaign
  readonly ledger: readonly LedgerEntry[]
  readonly hearing: Hearing
  readonly belief: Belief
  /** The round that is being decided, from 0. */
  readonly round: number
  /** All audits so far; the last one is `fresh` where nothing was asked since. */
  readonly audits: readonly AuditRecord[]
  readonly auditIsFresh: boolean
}

/** An audit that was answered. */
export interface AuditRecord {
  readonly round: number
  readonly certificate: Certificate
}
