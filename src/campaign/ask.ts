import type { ImmediateAnnotator } from '../annotators/annotator.ts'
import type { Clock } from '../core/clock.ts'
import type { QueuedQuestion } from '../store/store.ts'
import type { Campaign } from './campaign.ts'

/** Who is told how the asking goes, and how it is called off. */
export interface AskHooks {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onAnswer?: (annotator: string) => void
}

/** A lease outlives any single answer; a crashed run's leases are freed when it starts again. */
const leaseMs = 10 * 60_000
/** Questions claimed at once, per answer that may be under way: fewer trips to the store, little left behind by a crash. */
const claimAhead = 8

/**
 * Puts the open questions of all immediate annotators to them, side by side, until none is left or the budget does not pay for the next:
 * replies may cost more than was reserved, and a budget may have been lowered since.
 *
 * The first annotator that fails stops the asking: answers under way are still recorded, the rest is given back.
 *
 * @returns Whether the budget ended the asking.
 * @throws what the annotator threw; every answer that was given is in the ledger, and the failed question is open again.
 */
export async function askOpenQuestions(campaign: Campaign, hooks: AskHooks): Promise<boolean> {
  const failure = new AbortController()
  const signal = AbortSignal.any([hooks.signal, failure.signal])
  const immediate = campaign.annotators.filter((annotator) => annotator.kind === 'immediate')
  const isExhausted = await Promise.all(
    immediate.map(async (annotator) => {
      try {
        return await askAll(campaign, annotator, { ...hooks, signal })
      } catch (thrown) {
        failure.abort(thrown)
        return false
      }
    }),
  )
  signal.throwIfAborted()
  return isExhausted.includes(true)
}

async function askAll(
  { store, items, plan }: Campaign,
  annotator: ImmediateAnnotator,
  hooks: AskHooks,
): Promise<boolean> {
  for (;;) {
    if (hooks.signal.aborted) return false
    const limit = annotator.concurrency * claimAhead
    const claimed = [...(await store.claim(annotator.id, { limit, now: hooks.clock.now(), leaseMs }))]
    if (claimed.length === 0) return false
    let isExhausted = false
    const answerNext = async (): Promise<void> => {
      for (let question = claimed.shift(); question; question = claimed.shift()) {
        const spent = (await store.spend()).reduce((sum, row) => sum + row.spent, 0)
        isExhausted ||= spent + question.reserved > plan.budget
        if (hooks.signal.aborted || isExhausted) return store.release([question, ...claimed.splice(0)])
        await answer(question)
      }
    }
    const answer = async (question: QueuedQuestion): Promise<void> => {
      try {
        const reply = await annotator.ask(items[question.item]!, question.question, hooks.signal)
        await store.record([{ ...question, ...reply }])
        hooks.onAnswer?.(annotator.id)
      } catch (thrown) {
        await store.release([question, ...claimed.splice(0)])
        throw thrown
      }
    }
    const workers = await Promise.allSettled(Array.from({ length: annotator.concurrency }, answerNext))
    const failed = workers.find((worker) => worker.status === 'rejected')
    if (failed) throw failed.reason
    if (isExhausted) return true
  }
}
