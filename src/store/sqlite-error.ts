import { LabelwrightError, messageOf } from '../core/error.ts'

/**
 * Turns what SQLite or the file system threw into an error that names the file and the next thing to do: `bad-store`,
 * `store-busy` or `store-unwritable`. Anything else comes back as it is.
 *
 * @see https://sqlite.org/rescode.html
 */
export function storeError(thrown: unknown, path: string): unknown {
  if (thrown instanceof LabelwrightError) return thrown
  switch (sqliteCode(thrown)) {
    case 'busy':
      return new LabelwrightError(
        'store-busy',
        `Another process has kept ${path} locked: ${messageOf(thrown)}.`,
        'Wait until it is done, or stop it, and try again.',
        { cause: thrown },
      )
    case 'damaged':
      return badStore(path, `${path} is no ledger that can be read: ${messageOf(thrown)}.`, thrown)
    case 'unwritable':
      return new LabelwrightError(
        'store-unwritable',
        `${path} cannot be written: ${messageOf(thrown)}.`,
        'Check that its folder may be written and its disk has room. What was recorded before is safe.',
        { cause: thrown },
      )
    case 'other':
      return thrown
  }
}

/** The error of a file that is not one of our ledgers. */
export function badStore(path: string, problem: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError('bad-store', problem, `Move ${path} away, or name another file.`, { cause })
}

/** Whether SQLite gave up because another connection holds the lock. */
export function isBusy(thrown: unknown): boolean {
  return sqliteCode(thrown) === 'busy'
}

function sqliteCode(thrown: unknown): 'busy' | 'damaged' | 'unwritable' | 'other' {
  if (!(thrown instanceof Error)) return 'other'
  if ('syscall' in thrown) return 'unwritable'
  // The low byte is the primary code; the rest says which call of SQLite's own failed.
  switch ('errcode' in thrown ? Number(thrown.errcode) & 0xff : 0) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return 'busy'
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return 'damaged'
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 13: // SQLITE_FULL
    case 14: // SQLITE_CANTOPEN
      return 'unwritable'
    default:
      return 'other'
  }
}
