import { expect, test } from 'vitest'
import type { LedgerEntry } from '../store/store.ts'
import { groupSpend, spendGroups, totalSpend } from './spend.ts'

const entry = (item: number, annotator: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  item,
  annotator,
  question: { kind: 'classify', level: 'class' },
  attempt: 0,
  answer: { kind: 'label', label: 'bee' },
  cost: 100,
  seconds: 2,
  round: 0,
  purpose: 'learn',
  ...more,
})
const how = { prompt: 'p', rule: 'json/exact', calls: 2, inputTokens: 300, outputTokens: 10 }
const verify = (label: string) => ({ question: { kind: 'verify', label } as const })
const ledger = [
  entry(0, 'anna', { cost: 1000, seconds: null }),
  entry(0, 'gpt', { how }),
  entry(1, 'gpt', { how: { ...how, lostTries: 1 }, seconds: null }),
  entry(2, 'gpt', { how, round: 1, ...verify('bee') }),
  entry(3, 'gpt', { how, round: 1, ...verify('moth') }),
]
const open = [
  { annotator: 'anna', round: 1, answers: 0, spent: 0, reserved: 2000 },
  { annotator: 'gpt', round: 1, answers: 2, spent: 200, reserved: 0 },
]

test('each annotator, round and question is a row, and what is reserved is a row where its question is not known', () => {
  const rows = groupSpend(ledger, open, spendGroups)
  expect(
    rows.map(({ group, answers, spent, reserved }) => [...Object.values(group), answers, spent, reserved]),
  ).toEqual([
    ['anna', 1, 'classify class', 1, 1000, 0],
    ['anna', 2, null, 0, 0, 2000],
    ['gpt', 1, 'classify class', 2, 200, 0],
    ['gpt', 2, 'verify', 2, 200, 0],
  ])
  expect(rows[2]).toMatchObject({ seconds: 2, tokens: { input: 600, output: 20, calls: 4, lostTries: 1 } })
  expect(rows[0]).toMatchObject({ seconds: null, tokens: null })
})

test('however the ledger is grouped, the sum is the same', () => {
  for (const by of [['annotator'], ['round'], ['question'], ['round', 'annotator']] as const) {
    expect(totalSpend(groupSpend(ledger, open, by))).toEqual({
      group: {},
      answers: 5,
      spent: 1400,
      reserved: 2000,
      seconds: 6,
      tokens: { input: 1200, output: 40, calls: 8, lostTries: 1 },
    })
  }
  expect(groupSpend([], [], spendGroups)).toEqual([])
})
