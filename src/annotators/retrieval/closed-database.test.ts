import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClosedDatabase } from './closed-database.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-closed-'))
})
afterAll(() => rm(dir, { recursive: true }))

test('the database reads the named files, and nothing can be read, written, fetched or loosened beside that', async () => {
  const [named, other] = [join(dir, "it's.jsonl"), join(dir, 'other.jsonl')]
  await writeFile(named, '{"a": 1}\n')
  await writeFile(other, '{"a": 2}\n')
  const database = await openClosedDatabase([named], {})
  const read = await database.connection.runAndReadAll('SELECT a FROM read_json(?)', [named])
  expect(read.getRowsJson()).toEqual([['1']])
  for (const sql of [
    `SELECT * FROM read_json('${other}')`,
    `SELECT * FROM read_json('${dir}/*.jsonl')`,
    `SELECT * FROM read_text('/etc/hostname')`,
    `SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')`,
    `COPY (SELECT 1) TO '${dir}/out.csv'`,
    `ATTACH '${dir}/out.db'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    `SET allowed_paths = ['${other}']`,
    'SET threads = 64',
  ]) {
    await expect(database.connection.run(sql), sql).rejects.toThrow(/disabled|locked/)
  }
  database.close()
  expect((await readdir(dir)).toSorted()).toEqual(["it's.jsonl", 'other.jsonl'])
})
