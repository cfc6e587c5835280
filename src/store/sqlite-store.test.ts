import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSqlite } from './load-sqlite.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('a SQLite file', (folder) => openSqliteStore(join(folder, 'not', 'there', 'yet', 'ledger.sqlite')))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-sqlite-'))
})
afterAll(() => rm(folder, { recursive: true }))

function change(path: string, sql: string): void {
  const db = new (loadSqlite().DatabaseSync)(path)
  try {
    db.exec(sql)
  } finally {
    db.close()
  }
}

test('the database itself refuses to change, remove or replace an answer', async () => {
  const path = join(folder, 'append-only.sqlite')
  const store = await openSqliteStore(path)
  await store.registerItems([{ id: 'a', source: { kind: 'text', text: 'a' }, labels: {} }])
  const key = { item: 0, annotator: 'anna', question: { kind: 'classify', level: 'class' }, attempt: 0 } as const
  await store.planRound(0, [{ ...key, reserved: 1, purpose: 'seed' }], 1)
  await store.record([{ ...key, answer: { kind: 'label', label: 'bee' }, cost: 1, seconds: null }])
  await store.close()
  const attempts = ['UPDATE answers SET cost = 0', 'DELETE FROM answers', 'REPLACE INTO answers SELECT * FROM answers']
  for (const sql of attempts) expect(() => change(path, sql)).toThrow('append-only')
})

test('a ledger of the first version is brought up to date, and keeps its answers', async () => {
  const path = join(folder, 'first.sqlite')
  const store = await openSqliteStore(path)
  await store.registerItems([{ id: 'a', source: { kind: 'text', text: 'a' }, labels: {} }])
  const key = { item: 0, annotator: 'anna', question: { kind: 'classify', level: 'class' }, attempt: 0 } as const
  const how = { prompt: 'c0ffee', rule: 'json/exact', calls: 1, inputTokens: 300, outputTokens: 5 }
  const given = { ...key, answer: { kind: 'label', label: 'bee' }, cost: 1, seconds: null } as const
  await store.planRound(
    0,
    [key, { ...key, attempt: 1 }].map((each) => ({ ...each, reserved: 1, purpose: 'seed' })),
    2,
  )
  await store.record([given])
  await store.close()
  // What version 2 added.
  change(path, 'ALTER TABLE answers DROP COLUMN how; PRAGMA user_version = 1')

  const newer = await openSqliteStore(path)
  await newer.record([{ ...given, attempt: 1, how }])
  const about = { round: 0, purpose: 'seed' }
  expect(await newer.answers()).toEqual([
    { ...given, ...about },
    { ...given, ...about, attempt: 1, how },
  ])
  await newer.close()
})

test('a file that is no ledger is refused and left alone', async () => {
  const [text, foreign] = [join(folder, 'notes.txt'), join(folder, 'photos.db')]
  await writeFile(text, 'bees, moths and what else was seen on the meadow\n'.repeat(100))
  change(foreign, 'CREATE TABLE photos (name TEXT); PRAGMA user_version = 3')
  for (const path of [text, foreign]) await expect(openSqliteStore(path)).rejects.toMatchObject({ code: 'bad-store' })
  expect(() => change(foreign, 'INSERT INTO photos VALUES (1)')).not.toThrow()
})

test('a ledger whose file was cut short is reported as damaged', async () => {
  const path = join(folder, 'cut.sqlite')
  await (await openSqliteStore(path)).close()
  await truncate(path, (await stat(path)).size / 2)
  await expect(openSqliteStore(path).then((store) => store.answers())).rejects.toMatchObject({ code: 'bad-store' })
})

test('a ledger of a later version asks for a newer Labelwright', async () => {
  const path = join(folder, 'newer.sqlite')
  await (await openSqliteStore(path)).close()
  change(path, 'PRAGMA user_version = 99')
  await expect(openSqliteStore(path)).rejects.toMatchObject({
    code: 'store-too-new',
    message: expect.stringContaining('99'),
  })
})

test('a place that cannot be written is named', async () => {
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'folder'))
  for (const path of [join(folder, 'file', 'ledger.sqlite'), join(folder, 'folder')]) {
    await expect(openSqliteStore(path)).rejects.toMatchObject({
      code: 'store-unwritable',
      message: expect.stringContaining(path),
    })
  }
})

test('a long transaction lets the event loop run and is still all or nothing for others', async () => {
  const path = join(folder, 'long.sqlite')
  const [store, other] = [await openSqliteStore(path), await openSqliteStore(path)]
  const items = Array.from(
    { length: 20_000 },
    (_, i) => ({ id: `${i}`, source: { kind: 'text', text: '' }, labels: {} }) as const,
  )
  let seenMeanwhile = 0
  const registering = store.registerItems(items)
  const done = registering.then(() => 'done')
  for (let state = ''; state !== 'done'; seenMeanwhile++) {
    expect(await other.plannedRounds()).toBe(0)
    state = await Promise.race([done, new Promise<string>((resolve) => setImmediate(resolve, 'working'))])
  }
  expect(seenMeanwhile).toBeGreaterThan(3)
  await other.registerItems(items)
  await Promise.all([store.close(), other.close()])
})
