import { connect } from './sqlite-connection.ts'
import { makeItems } from './sqlite-items.ts'
import { makeKeys } from './sqlite-keys.ts'
import { makeLedger } from './sqlite-ledger.ts'
import { makeNotes } from './sqlite-notes.ts'
import { makeQueue } from './sqlite-queue.ts'
import { makeTotals } from './sqlite-totals.ts'
import type { Store } from './store.ts'

/**
 * Opens the ledger in one SQLite file; creates the file and its folder where there is none. Any number of processes of
 * one machine may hold it open. What a method has returned from survives a crash of the process and of the machine.
 *
 * @throws {@link LabelwrightError} `bad-store` for a file that is no ledger, `store-too-new` for one of a later version,
 *   `store-busy` when another process keeps it locked, `store-unwritable` when the folder or the disk refuses. Every
 *   method may throw the last two, and `store-closed` after `close`.
 * @example
 * ```ts
 * const store = await openSqliteStore('.labelwright/ledger.sqlite')
 * await store.registerItems(items)
 * ```
 */
export async function openSqliteStore(path: string): Promise<Store> {
  const connection = await connect(path)
  return connection.read(() => {
    const keys = makeKeys(connection.db)
    const totals = makeTotals(connection.db)
    return {
      ...makeItems(connection),
      ...makeNotes(connection),
      ...makeQueue(connection, keys, totals),
      ...makeLedger(connection, keys, totals),
      openQuestions: () => connection.read(totals.openQuestions),
      spend: () => connection.read(totals.spend),
      close: connection.close,
    }
  })
}
