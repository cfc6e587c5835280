import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labelwright } from './command.ts'
import { writeToyProject } from './toy-project.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-reproducible-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Labels a toy project from scratch; what is left of it for people to take away. */
async function takeaways(run: string, seed: number): Promise<Record<'csv' | 'jsonl' | 'report', string>> {
  const dir = join(folder, run, 'toy')
  await writeToyProject(dir, { seed })
  const label = await labelwright('label', '--dir', dir)
  expect(label).toMatchObject({ code: 0, stderr: '' })
  for (const format of ['csv', 'jsonl']) {
    expect(await labelwright('export', '--dir', dir, '--out', join(dir, `labels.${format}`))).toMatchObject({ code: 0 })
  }
  const read = (name: string): Promise<string> => readFile(join(dir, name), 'utf8')
  return { csv: await read('labels.csv'), jsonl: await read('labels.jsonl'), report: await read('report.html') }
}

test('the same seed gives the same labels and the same report, byte for byte; another seed gives others', async () => {
  const first = await takeaways('first', 1)
  const again = await takeaways('again', 1)
  const other = await takeaways('other', 2)
  expect(again.csv).toBe(first.csv)
  expect(again.jsonl).toBe(first.jsonl)
  expect(again.report === first.report).toBe(true)
  expect(other.csv).not.toBe(first.csv)
  expect(other.jsonl).not.toBe(first.jsonl)
  expect(other.report === first.report).toBe(false)
})

test('a finished campaign that is run again asks nothing and changes nothing', async () => {
  const once = await takeaways('once', 3)
  const dir = join(folder, 'once', 'toy')
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
  await labelwright('export', '--dir', dir, '--out', join(dir, 'labels.csv'))
  expect(await readFile(join(dir, 'labels.csv'), 'utf8')).toBe(once.csv)
  expect((await readFile(join(dir, 'report.html'), 'utf8')) === once.report).toBe(true)
})
