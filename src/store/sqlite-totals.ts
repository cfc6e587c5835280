import type { DatabaseSync } from 'node:sqlite'
import type { Micros } from '../core/money.ts'
import type { SpendRow } from './store.ts'

/** What one annotator did in one round, or by how much that changed. */
interface Total {
  readonly open: number
  readonly answers: number
  readonly spent: Micros
  readonly reserved: Micros
}

/** Changes of one transaction: `flush` writes one per annotator and round, however many were added. */
interface Changes {
  readonly add: (annotator: number, round: number, change: Total) => void
  readonly flush: () => void
}

/** The counters per annotator and round, so that nobody has to count the ledger. */
export interface Totals {
  readonly collect: () => Changes
  /** Spent plus reserved money of the whole campaign. */
  readonly committed: () => Micros
  readonly spend: () => SpendRow[]
  readonly openQuestions: () => ReadonlyMap<string, number>
}

/** Makes the counters of one connection. */
export function makeTotals(db: DatabaseSync): Totals {
  const change = db.prepare(`
    INSERT INTO totals (annotator, round, open, answers, spent, reserved) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (annotator, round) DO UPDATE SET open = open + excluded.open, answers = answers + excluded.answers,
      spent = spent + excluded.spent, reserved = reserved + excluded.reserved`)
  const committed = db.prepare('SELECT coalesce(sum(spent + reserved), 0) AS micros FROM totals')
  const spend = db.prepare(`
    SELECT id AS annotator, round, answers, spent, reserved FROM totals JOIN annotators USING (annotator) ORDER BY id, round`)
  const open = db.prepare(`
    SELECT id, sum(open) AS open FROM totals JOIN annotators USING (annotator) GROUP BY id HAVING sum(open) > 0 ORDER BY id`)

  const collect: Totals['collect'] = () => {
    const changes = new Map<string, readonly [annotator: number, round: number, total: Total]>()
    return {
      add: (annotator, round, { open, answers, spent, reserved }) => {
        const key = `${annotator}:${round}`
        const sum = changes.get(key)?.[2] ?? { open: 0, answers: 0, spent: 0, reserved: 0 }
        const total = {
          open: sum.open + open,
          answers: sum.answers + answers,
          spent: sum.spent + spent,
          reserved: sum.reserved + reserved,
        }
        changes.set(key, [annotator, round, total])
      },
      flush: () => {
        for (const [annotator, round, total] of changes.values()) {
          change.run(annotator, round, total.open, total.answers, total.spent, total.reserved)
        }
      },
    }
  }

  return {
    collect,
    committed: () => Number(committed.get()!['micros']),
    spend: () => spend.all().map((row) => ({ ...row }) as unknown as SpendRow),
    openQuestions: () => new Map(open.all().map((row) => [String(row['id']), Number(row['open'])])),
  }
}
