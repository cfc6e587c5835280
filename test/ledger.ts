import { join } from 'node:path'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { LedgerEntry } from '../src/store/store.ts'

/** The ledger of the project in a folder as the disk holds it, sorted by key, and the money that is spent or promised. */
export async function readLedger(dir: string): Promise<{ ledger: readonly LedgerEntry[]; committed: number }> {
  const store = await openSqliteStore(join(dir, '.labelwright/ledger.sqlite'))
  try {
    const [ledger, spend] = [await store.answers(), await store.spend()]
    return { ledger, committed: spend.reduce((sum, { spent, reserved }) => sum + spent + reserved, 0) }
  } finally {
    await store.close()
  }
}
