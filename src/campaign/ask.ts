import type { ImmediateAnnotator, TrustedExample } from '../annotators/annotator.ts'
import type { Clock } from '../core/clock.ts'
import type { Micros } from '../core/money.ts'
import { fineLevel } from '../core/taxonomy.ts'
import type { QueuedQuestion, Store } from '../store/store.ts'
import { trustedIds, type Campaign } from './campaign.ts'
import { hear } from './hearing.ts'
import { makePurse, type Purse } from './purse.ts'

/** Who is told how the asking goes, and how it is called off. */
export interface AskHooks {
  readonly clock: Clock
  /** Once it is aborted nobody is asked anything new; answers under way are waited for, because they are paid for. */
  readonly signal: AbortSignal
  readonly onAnswer?: (annotator: string) => void
}

const patienceMs = 10 * 60_000
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
  const asking: Asking = {
    hooks: { ...hooks, signal },
    purse: makePurse(campaign.plan.budget, () => committed(campaign)),
    examples: immediate.some(({ wantsExamples }) => wantsExamples) ? await trustedExamples(campaign) : [],
  }
  const isExhausted = await Promise.all(
    immediate.map(async (annotator) => {
      try {
        return await askAll(campaign, annotator, asking)
      } catch (thrown) {
        failure.abort(thrown)
        return false
      }
    }),
  )
  signal.throwIfAborted()
  return isExhausted.includes(true)
}

/** What was spent, and what is promised to people: their answers come in their own time. */
async function committed({ store, annotators }: Campaign): Promise<Micros> {
  const queued = new Set(annotators.filter(({ kind }) => kind === 'queued').map(({ id }) => id))
  return (await store.spend()).reduce(
    (sum, { annotator, spent, reserved }) => sum + spent + (queued.has(annotator) ? reserved : 0),
    0,
  )
}

interface Asking {
  readonly hooks: AskHooks
  readonly purse: Purse
  readonly examples: readonly TrustedExample[]
}

async function askAll(
  { store, items }: Campaign,
  annotator: ImmediateAnnotator,
  { hooks, purse, examples }: Asking,
): Promise<boolean> {
  const { id, concurrency } = annotator
  const claimed = openClaims(store, () =>
    store.claim(id, {
      limit: concurrency * claimAhead,
      now: hooks.clock.now(),
      // The last of them waits for the others; a crashed run's leases are freed when it starts again.
      leaseMs: claimAhead * (annotator.patienceMs ?? patienceMs),
    }),
  )
  let isExhausted = false
  /** The most that one of its answers has cost: a price, or a guess of tokens, may be wrong. */
  let dearest = 0
  const answer = async (asked: QueuedQuestion, most: number): Promise<void> => {
    const { item, question } = asked
    try {
      const reply = await annotator.ask(items[item]!, question, hooks.signal, examples)
      dearest = Math.max(dearest, reply.cost)
      await store.record([{ ...asked, ...reply }])
      hooks.onAnswer?.(id)
    } catch (thrown) {
      await store.release([asked, ...claimed.drop()])
      throw thrown
    } finally {
      purse.putBack(most)
    }
  }
  const answerNext = async (): Promise<void> => {
    for (let asked = await claimed.next(); asked; asked = await claimed.next()) {
      const most = Math.max(asked.reserved, annotator.mostCost?.(asked.question) ?? 0, dearest)
      if (!hooks.signal.aborted && !isExhausted && (await purse.take(most))) {
        await answer(asked, most)
      } else {
        isExhausted ||= !hooks.signal.aborted
        return store.release([asked, ...claimed.drop()])
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: concurrency }, answerNext))
  const failed = workers.find((worker) => worker.status === 'rejected')
  if (failed) throw failed.reason
  return isExhausted
}

/** Open questions in claimed order; more are claimed as the last ones go out, so that nobody waits for the slowest of a lot. */
function openClaims(store: Store, claim: () => Promise<readonly QueuedQuestion[]>) {
  let claimed: QueuedQuestion[] = []
  let isOver = false
  let claiming: Promise<void> | null = null
  const refill = async (): Promise<void> => {
    const more = await claim()
    if (isOver) await store.release(more)
    else claimed.push(...more)
    isOver ||= more.length === 0
    claiming = null
  }
  return {
    next: async (): Promise<QueuedQuestion | undefined> => {
      while (claimed.length === 0 && !isOver) await (claiming ??= refill())
      return claimed.shift()
    },
    /** Takes what nobody has taken, and claims no more. */
    drop: (): QueuedQuestion[] => {
      isOver = true
      const rest = claimed
      claimed = []
      return rest
    },
  }
}

/** Trusted labels of the randomly drawn start: the same in every later round, so that what a model is shown stays the same. */
async function trustedExamples(campaign: Campaign): Promise<TrustedExample[]> {
  const { store, items, taxonomy } = campaign
  const start = (await store.answers()).filter(({ purpose }) => purpose === 'seed')
  const { trusted } = hear(start, items.length, taxonomy, trustedIds(campaign))
  const { classes } = fineLevel(taxonomy)
  return items.flatMap((item, i) => (trusted[i]! >= 0 ? [{ item, label: classes[trusted[i]!]!.name }] : []))
}
