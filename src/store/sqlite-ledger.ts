import type { Answer, Provenance } from '../core/answer.ts'
import { checkMicros, unknownQuestion } from './refusals.ts'
import type { Connection } from './sqlite-connection.ts'
import type { Keys } from './sqlite-keys.ts'
import type { Totals } from './sqlite-totals.ts'
import type { LedgerEntry, NewAnswer, PlannedQuestion, Store } from './store.ts'
import { eachWithPauses } from './turns.ts'

type Ledger = Pick<Store, 'record' | 'answers'>

interface Waiting {
  readonly answers: readonly NewAnswer[]
  readonly resolve: (added: number) => void
  readonly reject: (reason: unknown) => void
}

interface TakenRow {
  readonly round: number
  readonly purpose: PlannedQuestion['purpose']
  readonly reserved: number
}

interface AnswerRow extends Omit<LedgerEntry, 'annotator' | 'question' | 'answer' | 'how'> {
  readonly annotator: number
  readonly question: number
  readonly answer: string
  readonly how: string | null
}

/** The part of a store that keeps what was answered. Answers recorded at about the same time share one transaction. */
export function makeLedger({ db, read, write }: Connection, keys: Keys, totals: Totals): Ledger {
  const take = db.prepare(`
    DELETE FROM queue WHERE item = ? AND annotator = ? AND question = ? AND attempt = ? RETURNING round, purpose, reserved`)
  const find = db.prepare('SELECT 1 FROM answers WHERE item = ? AND annotator = ? AND question = ? AND attempt = ?')
  const insert = db.prepare(`
    INSERT INTO answers (item, annotator, question, attempt, round, purpose, answer, cost, seconds, how)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  // By name, not by integer key: equal campaigns list equally whatever order their annotators came in.
  const list = db.prepare(`
    SELECT item, answers.annotator, answers.question, attempt, round, purpose, answer, cost, seconds, how
    FROM answers CROSS JOIN annotators USING (annotator) CROSS JOIN questions USING (question)
    ORDER BY item, annotators.id, questions.key, attempt`)

  async function append(answers: readonly NewAnswer[]): Promise<number> {
    let added = 0
    const changes = totals.collect()
    await eachWithPauses(answers, (given) => {
      const annotator = keys.annotator(given.annotator)
      const question = keys.question(given.question)
      if (annotator === undefined || question === undefined) throw unknownQuestion(given)
      const { item, attempt, cost, seconds } = given
      const taken = take.get(item, annotator, question, attempt) as TakenRow | undefined
      if (!taken) {
        if (find.get(item, annotator, question, attempt)) return
        throw unknownQuestion(given)
      }
      const { round, purpose, reserved } = taken
      const [answer, how] = [JSON.stringify(given.answer), given.how ? JSON.stringify(given.how) : null]
      insert.run(item, annotator, question, attempt, round, purpose, answer, cost, seconds, how)
      changes.add(annotator, round, { open: -1, answers: 1, spent: cost, reserved: -reserved })
      added++
    })
    changes.flush()
    return added
  }

  /** Appends one caller's answers; if they are refused, those of the other callers stay. */
  async function appendOrRefuse(answers: readonly NewAnswer[]): Promise<number | { readonly refused: unknown }> {
    db.exec('SAVEPOINT caller')
    try {
      const added = await append(answers)
      db.exec('RELEASE caller')
      return added
    } catch (thrown) {
      // Without a transaction (a full disk rolls back by itself) there is nobody's work left to keep.
      if (!db.isTransaction) throw thrown
      db.exec('ROLLBACK TO caller; RELEASE caller')
      return { refused: thrown }
    }
  }

  const waiting: Waiting[] = []

  async function appendWaiting(): Promise<void> {
    const callers: Waiting[] = []
    try {
      const outcomes = await write(async () => {
        callers.push(...waiting.splice(0))
        const results: (number | { readonly refused: unknown })[] = []
        for (const { answers } of callers) results.push(await appendOrRefuse(answers))
        return results
      })
      callers.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index]!
        if (typeof outcome === 'number') resolve(outcome)
        else reject(outcome.refused)
      })
    } catch (thrown) {
      // Nobody was let in yet where the transaction could not even begin.
      for (const { reject } of callers.length > 0 ? callers : waiting.splice(0)) reject(thrown)
    }
  }

  return {
    record: async (answers) => {
      for (const given of answers) checkMicros(given.cost, given)
      return new Promise((resolve, reject) => {
        waiting.push({ answers, resolve, reject })
        if (waiting.length === 1) void appendWaiting()
      })
    },
    answers: () =>
      read(async () => {
        const entries: LedgerEntry[] = []
        await eachWithPauses(list.iterate(), (row) => {
          const { annotator, question, answer, how, ...rest } = row as unknown as AnswerRow
          entries.push({
            ...rest,
            annotator: keys.annotatorOf(annotator),
            question: keys.questionOf(question),
            answer: JSON.parse(answer) as Answer,
            ...(how !== null && { how: JSON.parse(how) as Provenance }),
          })
        })
        return entries
      }),
  }
}
