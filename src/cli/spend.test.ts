import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Item } from '../core/item.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { addSpend } from './spend.ts'

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spend-'))
  const config = `dataset: ./a.csv
classes: [bee, moth]
annotators: [{ id: anna, kind: human, hourly: 30 }]
budget: { amount: 0.01, currency: EUR }
`
  await writeFile(join(dir, 'labelwright.yaml'), config)
})
afterAll(() => rm(dir, { recursive: true }))

async function spend(...args: string[]): Promise<string> {
  const program = new Command().exitOverride()
  addSpend(program)
  let out = ''
  const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))))
  try {
    await program.parseAsync(['spend', '--dir', dir, ...args], { from: 'user' })
  } finally {
    spy.mockRestore()
    quiet.mockRestore()
  }
  return out
}

test('before the first question nothing was spent', async () => {
  expect(await spend()).toContain('Nothing has been asked yet')
  expect(JSON.parse(await spend('--json'))).toMatchObject({ currency: 'EUR', budget: 0.01, rows: [] })
})

test('the ledger is added up in a table with a line for all of it', async () => {
  const store = await openSqliteStore(join(dir, '.labelwright', 'ledger.sqlite'))
  const items = [0, 1, 2].map((i): Item => ({ id: `${i}`, source: { kind: 'text', text: 'a' }, labels: {} }))
  await store.registerItems(items)
  const question = { kind: 'classify', level: 'class' } as const
  const key = (item: number, annotator: string) => ({ item, annotator, question, attempt: 0 })
  const keys = [key(0, 'anna'), key(0, 'gpt'), key(1, 'gpt')]
  await store.planRound(
    0,
    keys.map((k) => ({ ...k, reserved: 2000, purpose: 'seed' as const })),
    10_000,
  )
  const answer = { kind: 'label', label: 'bee' } as const
  const how = { prompt: 'p', rule: 'json/exact', calls: 1, inputTokens: 1300, outputTokens: 10 }
  await store.record([
    { ...key(0, 'anna'), answer, cost: 3000, seconds: 4.5 },
    { ...key(0, 'gpt'), answer, cost: 1000, seconds: 1, how },
  ])
  await store.close()

  const lines = (await spend('--by', 'annotator')).trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    'annotator  answers  EUR  of the budget  EUR each  seconds  tokens in  tokens out  calls  reserved',
    'anna  1  0.003  30.0 %  0.003  4.5',
    'gpt  1  0.001  10.0 %  0.001  1.0  1,300  10  1  0.002',
    expect.stringMatching(/^─+$/),
    'in all  2  0.004  40.0 %  0.002  5.5  1,300  10  1  0.002',
  ])
  const { rows, total } = JSON.parse(await spend('--json')) as { rows: object[]; total: object }
  expect(rows).toHaveLength(3)
  expect(rows[0]).toMatchObject({ annotator: 'anna', round: 1, question: 'classify class', spent: 0.003, mean: 0.003 })
  expect(rows[2]).toMatchObject({ annotator: 'gpt', question: null, answers: 0, mean: null, reserved: 0.002 })
  expect(total).toMatchObject({ answers: 2, spent: 0.004, shareOfBudget: 0.4, tokens: { input: 1300, lostTries: 0 } })
})

test('a group that does not exist is wrong usage', async () => {
  await expect(spend('--by', 'anotator')).rejects.toThrow('annotator, round, question')
  await expect(spend('--by', 'round,round')).rejects.toThrow('each once')
})
