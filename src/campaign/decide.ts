import type { PlannedQuestion } from '../store/store.ts'
import { planAudit } from './audit.ts'
import { askToLearn } from './ask-to-learn.ts'
import { openOffers, settlingOffers } from './offers.ts'
import type { Standing } from './standing.ts'

/** What the circle does next. */
export type Decision =
  | { readonly kind: 'ask'; readonly questions: readonly PlannedQuestion[] }
  | { readonly kind: 'stop'; readonly reason: StopReason }

export type StopReason = 'target-certified' | 'budget-spent' | 'nothing-worth-its-price' | 'round-limit'

/** This share of the budget is kept for the audit that ends the campaign; without a budget it draws so many items. */
const auditShare = 0.1
const unlimitedAuditItems = 300

/** Decides the next round from what is known: ask (to learn, or to audit), or stop and say why. */
export async function decide(standing: Standing): Promise<Decision> {
  const { campaign, ledger, hearing, audits, auditIsFresh, round } = standing
  const { plan } = campaign
  const lastAudit = audits.at(-1)
  if (plan.target && lastAudit && auditIsFresh && lastAudit.certificate.lower >= plan.target.accuracy) {
    return { kind: 'stop', reason: 'target-certified' }
  }
  const offers = openOffers(campaign, ledger, hearing.trusted)
  const settling = settlingOffers(campaign, offers)
  const price = settling[0]?.price ?? 1
  const left = plan.budget - ledger.reduce((sum, { cost }) => sum + cost, 0)

  if (plan.auditItems > 0 && plan.target && !auditIsFresh) {
    const audit = planAudit(standing, settling, { money: left, mustPass: true })
    if (audit) return { kind: 'ask', questions: audit }
  }
  // Kept after an audit that failed, too: the labels that the campaign will end with are not those that it judged.
  const reserve = plan.budget === Infinity ? 0 : Math.min(auditShare * plan.budget, plan.auditItems * price)
  const means = { offers, settling, price, money: left - reserve }
  const questions = round < plan.rounds ? await askToLearn(standing, means) : []
  if (questions.length > 0) return { kind: 'ask', questions }
  if (plan.auditItems > 0 && !auditIsFresh) {
    const money = plan.budget === Infinity ? unlimitedAuditItems * price : Math.min(left, reserve)
    const audit = planAudit(standing, settling, { money, mustPass: false })
    if (audit) return { kind: 'ask', questions: audit }
  }
  if (round >= plan.rounds) return { kind: 'stop', reason: 'round-limit' }
  return { kind: 'stop', reason: left - reserve < price ? 'budget-spent' : 'nothing-worth-its-price' }
}
