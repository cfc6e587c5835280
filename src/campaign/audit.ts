import { makeRng, permutation } from '../core/rng.ts'
import type { Micros } from '../core/money.ts'
import { argmaxRows } from '../tensor/matrix.ts'
import type { LedgerEntry, PlannedQuestion } from '../store/store.ts'
import { highest, type Belief } from './belief.ts'
import type { CampaignPlan } from './campaign.ts'
import { auditSize, clopperPearsonLower, confidenceOfAttempt, overallBound } from './certificate.ts'
import type { Hearing } from './hearing.ts'
import { put, type OpenOffer } from './offers.ts'
import type { AuditRecord, Standing } from './standing.ts'

/** The confidence of certificates in campaigns without a target. */
const usualConfidence = 0.95

/**
 * Draws items uniformly among those without a trusted label; their answers, against the labels held now, make the certificate.
 *
 * @param options.money - What the audit may cost.
 * @param options.mustPass - Draw only if the audit would certify the target, were the posterior right about itself; else draw what the money buys.
 * @returns Null where no audit is possible, or none is promising.
 */
export function planAudit(
  standing: Standing,
  settling: readonly OpenOffer[],
  options: { readonly money: Micros; readonly mustPass: boolean },
): PlannedQuestion[] | null {
  const { campaign, hearing, audits, round } = standing
  const { plan } = campaign
  const open = askableItems(hearing, settling)
  // Money below 0 is what replies that cost more than was reserved have overspent.
  const affordable = Math.min(
    open.length,
    plan.auditItems,
    Math.floor(Math.max(0, options.money) / Math.max(1, settling[0]?.price ?? Infinity)),
  )
  let size = affordable
  if (options.mustPass) {
    const needed = promisingSize(standing, open)
    if (needed === null || needed > affordable || !learnedSince(audits.at(-1), hearing, open.length)) return null
    size = needed
  }
  const drawn = permutation(open.length, makeRng(plan.seed, 'audit', round)).subarray(0, size)
  const items = [...drawn].map((place) => open[place]!)
  return items.length ? put(items, settling, 'audit') : null
}

function promisingSize({ campaign, belief, audits }: Standing, open: Int32Array): number | null {
  const { target } = campaign.plan
  if (!target || open.length === 0) return null
  const last = audits.at(-1)?.certificate
  // A posterior that was too sure of itself at the last audit is taken to be so still, by the same factor.
  const conceit = last ? Math.max(1, (1 - last.right / last.audited) / Math.max(1e-3, 1 - last.believed)) : 1
  const believed = 1 - conceit * (1 - meanHighest(belief, open))
  const confidence = confidenceOfAttempt(target.confidence, audits.length + 1)
  return auditSize(believed, target.accuracy, { confidence, population: open.length, n: belief.posterior.rows })
}

/** After a failed audit, people answer about as many questions as it had before the next one is drawn. */
function learnedSince(last: AuditRecord | undefined, hearing: Hearing, open: number): boolean {
  return (
    !last || last.certificate.population - open >= 2 * last.certificate.audited || hearing.trusted.length - open === 0
  )
}

/**
 * The certificate of an audit round: the labels held before it, against what the auditor said. Items that nobody could be asked about
 * count as wrong.
 *
 * @param before.askable - The items from which the audit was drawn.
 */
export function judgeAudit(
  ledger: readonly LedgerEntry[],
  before: { readonly hearing: Hearing; readonly belief: Belief; readonly askable: Int32Array },
  round: number,
  options: { readonly plan: CampaignPlan; readonly attempt: number; readonly after: Hearing },
): AuditRecord {
  const held = argmaxRows(before.belief.posterior)
  const open = openItems(before.hearing)
  const drawn = ledger.filter((entry) => entry.round === round && entry.purpose === 'audit')
  const right = drawn.filter(({ item }) => options.after.trusted[item] === held[item]).length
  const { target } = options.plan
  const confidence = target ? confidenceOfAttempt(target.confidence, options.attempt) : usualConfidence
  // Where everything was looked at, nothing is left to chance.
  const isWhole = drawn.length > 0 && drawn.length === before.askable.length
  const rate = isWhole ? right / drawn.length : clopperPearsonLower(right, drawn.length, confidence)
  return {
    round,
    certificate: {
      lower: overallBound((rate * before.askable.length) / Math.max(1, open.length), open.length, held.length),
      confidence: target?.confidence ?? usualConfidence,
      audited: drawn.length,
      right,
      population: open.length,
      believed: meanHighest(before.belief, open),
    },
  }
}

/** The items without a trusted label about which somebody trusted can be asked, ascending. */
export function askableItems(hearing: Hearing, settling: readonly OpenOffer[]): Int32Array {
  return openItems(hearing).filter((item) => settling.some(({ available }) => available[item]))
}

/** The items without a trusted label, ascending. */
function openItems(hearing: Hearing): Int32Array {
  return Int32Array.from(hearing.trusted.keys()).filter((item) => hearing.trusted[item]! < 0)
}

function meanHighest({ posterior }: Belief, items: Int32Array): number {
  return items.length ? items.reduce((sum, item) => sum + highest(posterior, item), 0) / items.length : 1
}
