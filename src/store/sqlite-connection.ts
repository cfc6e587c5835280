import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { LabelwrightError } from '../core/error.ts'
import { loadSqlite } from './load-sqlite.ts'
import { isBusy, storeError } from './sqlite-error.ts'
import { bringUpToDate, oldVersion } from './sqlite-schema.ts'
import { makeTurns } from './turns.ts'

/** SQLite blocks the event loop while it waits for another process, so it waits briefly and we wait beside it. */
const blockingWaitMs = 20
const pauseMs = 10
const busyTries = 2000

/** An open ledger file. Tasks on it run one at a time, so that one may pause in the middle of a transaction. */
export interface Connection {
  readonly db: DatabaseSync
  /** Runs a task that only reads. */
  readonly read: <T>(task: () => T | Promise<T>) => Promise<T>
  /** Runs a task as one transaction, on disk when this resolves; if the task throws, it leaves no trace. */
  readonly write: <T>(task: () => T | Promise<T>) => Promise<T>
  /**
   * As {@link Connection.write}, for what a power cut may undo: a crash of the process loses nothing, a crash of the
   * machine perhaps the last of them. Saves the wait for the disk.
   */
  readonly writeLightly: <T>(task: () => T | Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/**
 * Opens a ledger file, or creates it and its folder.
 *
 * @throws {@link LabelwrightError} `bad-store`, `store-too-new`, `store-busy` or `store-unwritable`.
 */
export async function connect(path: string): Promise<Connection> {
  const connection = makeConnection(await openDatabase(path), path)
  try {
    await prepare(connection, path)
  } catch (thrown) {
    await connection.close()
    throw thrown
  }
  return connection
}

async function openDatabase(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true })
    return new (loadSqlite().DatabaseSync)(path, { timeout: blockingWaitMs, enableForeignKeyConstraints: true })
  } catch (thrown) {
    throw storeError(thrown, path)
  }
}

async function prepare({ db, read, write }: Connection, path: string): Promise<void> {
  const isOld = await read(() => patiently(() => oldVersion(db, path) !== null))
  await read(() =>
    patiently(() => db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192')),
  )
  if (!isOld) return
  await write(() => {
    const version = oldVersion(db, path)
    if (version !== null) bringUpToDate(db, version)
  })
}

function makeConnection(db: DatabaseSync, path: string): Connection {
  const turn = makeTurns()
  const read: Connection['read'] = (task) =>
    turn(async () => {
      if (!db.isOpen) throw new LabelwrightError('store-closed', `${path} was closed.`, 'Open the store again.')
      try {
        return await task()
      } catch (thrown) {
        throw storeError(thrown, path)
      }
    })
  return {
    db,
    read,
    write: (task) => read(() => transaction(db, task)),
    writeLightly: (task) =>
      read(async () => {
        db.exec('PRAGMA synchronous = NORMAL')
        try {
          return await transaction(db, task)
        } finally {
          db.exec('PRAGMA synchronous = FULL')
        }
      }),
    close: () =>
      turn(() => {
        if (db.isOpen) db.close()
      }),
  }
}

async function transaction<T>(db: DatabaseSync, task: () => T | Promise<T>): Promise<T> {
  // Lets the event loop run: a chain of awaited transactions would otherwise never let go of it.
  await setImmediate()
  await patiently(() => db.exec('BEGIN IMMEDIATE'))
  try {
    const result = await task()
    db.exec('COMMIT')
    return result
  } catch (thrown) {
    // A full disk has already rolled back by itself.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw thrown
  }
}

async function patiently<T>(task: () => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return task()
    } catch (thrown) {
      if (!isBusy(thrown) || tries === busyTries) throw thrown
      await setTimeout(pauseMs)
    }
  }
}
