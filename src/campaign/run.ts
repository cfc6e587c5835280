import type { LedgerEntry } from '../store/store.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { askOpenQuestions, type AskHooks } from './ask.ts'
import { askableItems, judgeAudit } from './audit.ts'
import type { Belief } from './belief.ts'
import { trustedIds, type Campaign } from './campaign.ts'
import type { Certificate } from './certificate.ts'
import { decide, type Decision, type StopReason } from './decide.ts'
import { hear, type Hearing } from './hearing.ts'
import { methodOf } from './methods/methods.ts'
import { openOffers, settlingOffers } from './offers.ts'
import { refuseOrphans, refuseVanished } from './refusals.ts'
import type { AuditRecord, Standing } from './standing.ts'

/** One turn of the circle, as it is reported: what is believed, and what will be done about it. */
export interface Turn {
  readonly standing: Standing
  readonly decision: Decision
  /** The labels to hold now, shape `[n, k]`: the posterior, or, right after an audit, what was audited. */
  readonly posterior: Matrix
  /** Of the labels in `posterior`; null while they have not been audited. */
  readonly certificate: Certificate | null
}

/** How a run ended: for good, or because people have questions to answer first. */
export type Outcome =
  | { readonly kind: 'finished'; readonly reason: StopReason }
  | { readonly kind: 'waiting'; readonly open: ReadonlyMap<string, number> }

export interface RunHooks extends AskHooks {
  /** Called after each turn's decision, before its questions are asked. */
  readonly onTurn?: (turn: Turn) => Promise<void> | void
}

/** The belief of the turn before, where it is at hand; it is found again from the ledger where it is not. */
type Known = { readonly round: number; readonly belief: Belief } | undefined

/**
 * Turns the circle: ask, hear, believe, decide, until there is a reason to stop or people have to answer first.
 *
 * Every decision is a function of the campaign and the ledger, so a run that was killed at any moment goes on as if it had not been.
 *
 * @throws {@link LabelwrightError} of the store and the annotators; the ledger then holds every answer that was given.
 */
export async function runCampaign(campaign: Campaign, hooks: RunHooks): Promise<Outcome> {
  const { store, items } = campaign
  await store.registerItems(items)
  refuseVanished(campaign, await store.answers())
  let known: Known
  for (;;) {
    const isExhausted = await askOpenQuestions(campaign, hooks)
    const open = await store.openQuestions()
    refuseOrphans(campaign, open)
    const isPeoplesTurn = campaign.annotators.some(({ id, kind }) => kind === 'queued' && open.has(id))
    if (isPeoplesTurn || (open.size > 0 && !isExhausted)) return { kind: 'waiting', open }

    const turn = await takeTurn(campaign, known, isExhausted)
    known = { round: turn.standing.round, belief: turn.standing.belief }
    await hooks.onTurn?.(turn)
    const { decision } = turn
    if (decision.kind === 'stop') return { kind: 'finished', reason: decision.reason }
    await store.planRound(turn.standing.round, decision.questions, campaign.plan.budget)
  }
}

async function takeTurn(campaign: Campaign, known: Known, isExhausted: boolean): Promise<Turn> {
  const { store } = campaign
  const ledger = await store.answers()
  const round = await store.plannedRounds()
  const hearing = hearIn(campaign, ledger)
  const audited = await lastAudit(campaign, ledger, { round, hearing, known })
  const earlier = ((await store.readNote('audits')) ?? []) as AuditRecord[]
  const audits = audited ? [...earlier.filter((audit) => audit.round < audited.record.round), audited.record] : earlier
  if (audited) await store.writeNote('audits', audits)

  const belief = await methodOf(campaign.plan).believe(campaign, { ledger, hearing })
  const standing: Standing = { campaign, ledger, hearing, belief, round, audits, auditIsFresh: audited !== null }
  return {
    standing,
    // Questions that the budget does not pay for stay open, for a higher one.
    decision: isExhausted ? { kind: 'stop', reason: 'budget-spent' } : await decide(standing),
    posterior: audited ? withAnswers(audited.held, hearing) : belief.posterior,
    certificate: audited?.record.certificate ?? null,
  }
}

interface Moment {
  readonly round: number
  readonly hearing: Hearing
  readonly known: Known
}

/** If the last round was an audit: its record, and the posterior whose labels it judged. */
async function lastAudit(campaign: Campaign, ledger: readonly LedgerEntry[], { round, hearing, known }: Moment) {
  const last = round - 1
  if (!ledger.some((entry) => entry.round === last && entry.purpose === 'audit')) return null
  const earlier = ledger.filter((entry) => entry.round < last)
  const heardBefore = hearIn(campaign, earlier)
  const belief =
    known?.round === last
      ? known.belief
      : await methodOf(campaign.plan).believe(campaign, { ledger: earlier, hearing: heardBefore })
  const attempt = 1 + new Set(earlier.filter(({ purpose }) => purpose === 'audit').map((entry) => entry.round)).size
  const settling = settlingOffers(campaign, openOffers(campaign, earlier, heardBefore.trusted))
  const before = { hearing: heardBefore, belief, askable: askableItems(heardBefore, settling) }
  return {
    record: judgeAudit(ledger, before, last, { plan: campaign.plan, attempt, after: hearing }),
    held: belief.posterior,
  }
}

function hearIn(campaign: Campaign, ledger: readonly LedgerEntry[]): Hearing {
  return hear(ledger, campaign.items.length, campaign.taxonomy, trustedIds(campaign))
}

/** The posterior with what people said put in its place. */
export function withAnswers(posterior: Matrix, { trusted }: Hearing): Matrix {
  const corrected = matrix(posterior.rows, posterior.cols, posterior.data.slice())
  for (let i = 0; i < trusted.length; i++) if (trusted[i]! >= 0) row(corrected, i).fill(0)[trusted[i]!] = 1
  return corrected
}
