import type { Micros } from '../core/money.ts'
import { alreadyAsked, checkMicros, overBudget, roundOutOfOrder, unknownItem } from './refusals.ts'
import type { Connection } from './sqlite-connection.ts'
import type { Keys } from './sqlite-keys.ts'
import type { Totals } from './sqlite-totals.ts'
import type { PlannedQuestion, Store } from './store.ts'
import { eachWithPauses } from './turns.ts'

type Queue = Pick<Store, 'planRound' | 'plannedRounds' | 'claim' | 'reclaim' | 'release'>

interface LeasedRow {
  readonly round: number
  readonly place: number
  readonly item: number
  readonly question: number
  readonly attempt: number
  readonly reserved: Micros
  readonly purpose: PlannedQuestion['purpose']
}

/**
 * The part of a store that holds the open questions: planned round by round, leased to whoever answers. A lease that a
 * power cut undoes is a lease nobody holds any more, so leases do not wait for the disk.
 */
export function makeQueue({ db, read, write, writeLightly }: Connection, keys: Keys, totals: Totals): Queue {
  const countRounds = db.prepare('SELECT count(*) AS planned FROM rounds')
  const addRound = db.prepare('INSERT INTO rounds (round) VALUES (?)')
  const countItems = db.prepare('SELECT coalesce(max(item) + 1, 0) AS items FROM items')
  const enqueue = db.prepare(`
    INSERT INTO queue (annotator, round, place, item, question, attempt, reserved, purpose)
    SELECT :annotator, :round, :place, :item, :question, :attempt, :reserved, :purpose
    WHERE NOT EXISTS (SELECT 1 FROM answers
      WHERE item = :item AND annotator = :annotator AND question = :question AND attempt = :attempt)
    ON CONFLICT (item, annotator, question, attempt) DO NOTHING`)
  const expire = db.prepare('UPDATE queue SET leased_until = 0 WHERE leased_until > 0 AND leased_until <= ?')
  const lease = db.prepare(`
    UPDATE queue SET leased_until = :until WHERE annotator = :annotator AND (round, place) IN
      (SELECT round, place FROM queue WHERE annotator = :annotator AND leased_until = 0 ORDER BY round, place LIMIT :limit)
    RETURNING round, place, item, question, attempt, reserved, purpose`)
  const free = db.prepare(`
    UPDATE queue SET leased_until = 0 WHERE item = ? AND annotator = ? AND question = ? AND attempt = ?`)

  const freeAll = db.prepare('UPDATE queue SET leased_until = 0 WHERE annotator = ? AND leased_until > 0')

  const plannedRounds = (): number => Number(countRounds.get()!['planned'])

  async function enqueueAll(round: number, questions: readonly PlannedQuestion[]): Promise<void> {
    const items = Number(countItems.get()!['items'])
    const changes = totals.collect()
    await eachWithPauses(questions, (planned, place) => {
      const { item, attempt, reserved, purpose } = planned
      if (!Number.isInteger(item) || item < 0 || item >= items) throw unknownItem(planned, items)
      const annotator = keys.addAnnotator(planned.annotator)
      const question = keys.addQuestion(planned.question)
      const row = { annotator, round, place, item, question, attempt, reserved, purpose }
      if (enqueue.run(row).changes === 0) throw alreadyAsked(planned)
      changes.add(annotator, round, { open: 1, answers: 0, spent: 0, reserved })
    })
    changes.flush()
  }

  async function plan(round: number, questions: readonly PlannedQuestion[], cap: Micros): Promise<boolean> {
    const next = plannedRounds()
    if (round < next) return false
    if (round !== next) throw roundOutOfOrder(round, next)
    const wanted = questions.reduce((sum, { reserved }) => sum + reserved, 0)
    const left = cap - totals.committed()
    if (wanted > left) throw overBudget(round, wanted, left)
    addRound.run(round)
    await enqueueAll(round, questions)
    return true
  }

  return {
    planRound: async (round, questions, cap) => {
      for (const planned of questions) checkMicros(planned.reserved, planned)
      try {
        return await write(() => plan(round, questions, cap))
      } catch (thrown) {
        keys.forget()
        throw thrown
      }
    },
    plannedRounds: () => read(plannedRounds),
    claim: (annotator, { limit, now, leaseMs }) =>
      writeLightly(() => {
        const key = keys.annotator(annotator)
        if (key === undefined) return []
        expire.run(now)
        const rows = lease.all({
          annotator: key,
          until: Math.ceil(now + leaseMs),
          limit: Math.max(0, limit),
        }) as unknown as LeasedRow[]
        // UPDATE … RETURNING promises no order.
        return rows
          .sort((a, b) => a.round - b.round || a.place - b.place)
          .map(({ question, round, item, attempt, reserved, purpose }) => {
            return { item, annotator, question: keys.questionOf(question), attempt, reserved, purpose, round }
          })
      }),
    reclaim: (annotator) =>
      writeLightly(() => {
        freeAll.run(keys.annotator(annotator) ?? null)
      }),
    release: (questions) =>
      writeLightly(() => {
        for (const { item, annotator, question, attempt } of questions) {
          free.run(item, keys.annotator(annotator) ?? null, keys.question(question) ?? null, attempt)
        }
      }),
  }
}
