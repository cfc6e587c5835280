import { expect, test } from 'vitest'
import type { Answer } from '../core/answer.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'
import { hear } from './hearing.ts'

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const people = new Set(['anna', 'bert'])
const label = (name: string): Answer => ({ kind: 'label', label: name })

function entry(item: number, annotator: string, answer: Answer, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const question = { kind: 'classify', level: 'class' } as const
  return { item, annotator, answer, question, attempt: 0, cost: 0, seconds: null, round: 0, purpose: 'learn', ...more }
}

test('people are believed, everybody else is heard as testimony', () => {
  const { trusted, weak } = hear(
    [entry(0, 'anna', label('moth')), entry(2, 'qwen', label('honeybee'))],
    3,
    taxonomy,
    people,
  )
  expect([...trusted]).toEqual([2, -1, -1])
  expect(weak.map(({ annotator, said }) => [annotator, [...said]])).toEqual([['qwen', [-1, -1, 0]]])
})

test('a label counts as drawn at random where the start or an audit asked for it', () => {
  const ledger = (['seed', 'learn', 'audit'] as const).map((purpose, item) =>
    entry(item, 'anna', label('moth'), { purpose }),
  )
  expect([...hear(ledger, 4, taxonomy, people).random]).toEqual([1, 0, 1, 0])
})

test('the latest attempt of a person counts, but an abstention takes nothing back', () => {
  const ledger = [
    entry(0, 'anna', label('moth')),
    entry(0, 'anna', label('honeybee'), { attempt: 1 }),
    entry(0, 'anna', { kind: 'abstain', reason: 'blurred' }, { attempt: 2 }),
    entry(1, 'anna', { kind: 'outside', said: 'a wasp' }),
  ]
  expect([...hear(ledger, 2, taxonomy, people).trusted]).toEqual([0, -1])
})

test("a person's coarse answers and verdicts settle no fine class", () => {
  const ledger = [
    entry(0, 'anna', label('bee'), { question: { kind: 'classify', level: 'group' } }),
    entry(1, 'anna', { kind: 'verdict', approved: true }, { question: { kind: 'verify', label: 'moth' } }),
  ]
  expect([...hear(ledger, 2, taxonomy, people).trusted]).toEqual([-1, -1])
})

test('each level of an annotator is a testimony of its own, in an order that does not depend on who came first', () => {
  const ledger = [
    entry(0, 'qwen', label('bee'), { question: { kind: 'classify', level: 'group' } }),
    entry(0, 'qwen', label('bumblebee')),
    entry(1, 'gpt', { kind: 'abstain', reason: 'refused' }),
  ]
  const names = (entries: LedgerEntry[]) =>
    hear(entries, 2, taxonomy, people).weak.map(({ annotator, level, said }) => [annotator, level.name, ...said])
  const expected = [
    ['gpt', 'class', -1, 4],
    ['qwen', 'class', 1, -1],
    ['qwen', 'group', 0, -1],
  ]
  expect(names(ledger)).toEqual(expected)
  expect(names(ledger.toReversed())).toEqual(expected)
})

test('an empty ledger is an empty hearing, and a level that is gone is named', () => {
  expect(hear([], 2, taxonomy, people)).toEqual({ trusted: Int32Array.of(-1, -1), random: new Uint8Array(2), weak: [] })
  const gone = entry(0, 'qwen', label('bee'), { question: { kind: 'classify', level: 'order' } })
  expect(() => hear([gone], 1, taxonomy, people)).toThrow(expect.objectContaining({ code: 'unknown-level' }))
})
