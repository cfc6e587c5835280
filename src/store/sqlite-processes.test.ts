import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { loadSqlite } from './load-sqlite.ts'
import { openSqliteStore } from './sqlite-store.ts'

/** Waiting for the disk takes its time where others write to it too. */
const slow = { timeout: 30_000 }
const worker = fileURLToPath(new URL('./sqlite-processes-worker.ts', import.meta.url))

interface Run {
  readonly acknowledged: readonly number[]
  readonly stderr: string
  readonly signal: NodeJS.Signals | null
}

/** Runs a worker to its end, or kills it as soon as it has acknowledged so many answers. */
function answer(command: readonly string[], killAfter = Number.POSITIVE_INFINITY): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      if (stdout.split('\n').length > killAfter) child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (_, signal) =>
      resolve({ acknowledged: stdout.match(/\d+(?=\n)/g)?.map(Number) ?? [], stderr, signal }),
    )
  })
}

async function ledgerFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-processes-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'ledger.sqlite')
}

async function answeredItems(path: string): Promise<number[]> {
  const store = await openSqliteStore(path)
  const items = (await store.answers()).map(({ item }) => item)
  await store.close()
  return items
}

function expectSound(path: string): void {
  const db = new (loadSqlite().DatabaseSync)(path)
  const recount = `SELECT round, sum(open) AS open, sum(answers) AS answers, sum(spent) AS spent, sum(reserved) AS reserved FROM
    (SELECT round, 1 AS open, 0 AS answers, 0 AS spent, reserved FROM queue
     UNION ALL SELECT round, 0, 1, cost, 0 FROM answers) GROUP BY round`
  expect(db.prepare('SELECT round, open, answers, spent, reserved FROM totals').all()).toEqual(
    db.prepare(recount).all(),
  )
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([])
  db.close()
}

test('two processes that set up and answer one campaign at once answer every question exactly once', slow, async () => {
  const path = await ledgerFile()
  const runs = await Promise.all([0, 1].map(() => answer([process.execPath, worker, path, '150', '0'])))
  expect(runs.map(({ stderr }) => stderr)).toEqual(['', ''])
  const acknowledged = runs.flatMap((run) => run.acknowledged)
  expect(acknowledged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, item) => item))
  expect(await answeredItems(path)).toHaveLength(150)
  expectSound(path)
})

test(
  'whatever was acknowledged before a kill -9 is in the ledger, and the rest can still be answered',
  slow,
  async () => {
    const path = await ledgerFile()
    const rng = makeRng(1, 'kill')
    const acknowledged: number[] = []
    for (let time = 0; time < 5; time++) {
      const run = await answer([process.execPath, worker, path, '400', String(time)], 1 + rng.below(40))
      expect([run.signal, run.stderr]).toEqual(['SIGKILL', ''])
      acknowledged.push(...run.acknowledged)
      expectSound(path)
      const ledger = new Set(await answeredItems(path))
      expect(acknowledged.filter((item) => !ledger.has(item))).toEqual([])
    }
    expect(new Set(acknowledged).size).toBe(acknowledged.length)
  },
)

test.skipIf(process.platform === 'win32')(
  'a disk that fills up is reported, and loses nothing that was acknowledged',
  async () => {
    const path = await ledgerFile()
    // A limit on the size of files stands in for a full disk: the write fails in the same place.
    const limited = ['sh', '-c', 'ulimit -f 1000 && exec "$@"', 'sh', process.execPath, worker, path, '150', '0']
    const run = await answer(limited)
    expect(run.stderr).toBe('store-unwritable')
    expect(run.acknowledged.length).toBeGreaterThan(0)
    expect(await answeredItems(path)).toEqual(expect.arrayContaining([...run.acknowledged]))
    expectSound(path)
    await answer([process.execPath, worker, path, '150', '5'])
    expect(await answeredItems(path)).toHaveLength(150)
  },
)
