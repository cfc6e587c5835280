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

test("a person's coarse answers settle no fine class", () => {
  const ledger = [entry(0, 'anna', label('bee'), { question: { kind: 'classify', level: 'group' } })]
  expect([...hear(ledger, 1, taxonomy, people).trusted]).toEqual([-1])
})

const verdict = (item: number, annotator: string, asked: string, approved: boolean) =>
  entry(item, annotator, { kind: 'verdict', approved }, { question: { kind: 'verify', label: asked } })
const deniedOf = (ledger: LedgerEntry[], n: number) => {
  const { trusted, denied } = hear(ledger, n, taxonomy, people)
  return {
    trusted: [...trusted],
    denied: [...denied].map(([item, classes]) => [item, [...classes].toSorted((a, b) => a - b)]),
  }
}

test('a yes to a fine class is a label, a no rules the class out, and what is left at last is the label', () => {
  const ledger = [
    verdict(0, 'anna', 'moth', true),
    verdict(1, 'anna', 'moth', false),
    verdict(2, 'anna', 'moth', false),
    verdict(2, 'bert', 'honeybee', false),
    verdict(3, 'qwen', 'moth', false),
  ]
  expect(deniedOf(ledger, 4)).toEqual({ trusted: [2, -1, 1, -1], denied: [[1, [2]]] })
})

test('a verdict on a group speaks of all its classes', () => {
  expect(deniedOf([verdict(0, 'anna', 'bee', true), verdict(1, 'anna', 'bee', false)], 2)).toEqual({
    trusted: [-1, 2],
    denied: [[0, [2]]],
  })
})

test('verdicts that contradict each other, or a label, count for nothing', () => {
  const ledger = [
    verdict(0, 'anna', 'moth', true),
    verdict(0, 'bert', 'moth', false),
    entry(1, 'anna', label('moth')),
    verdict(1, 'bert', 'moth', false),
    verdict(2, 'anna', 'a class that is gone', false),
  ]
  expect(deniedOf(ledger, 3)).toEqual({ trusted: [-1, 2, -1], denied: [] })
})

test('an item settled by a verdict was not drawn at random', () => {
  expect([...hear([verdict(0, 'anna', 'moth', true)], 1, taxonomy, people).random]).toEqual([0])
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
  expect(hear([], 2, taxonomy, people)).toEqual({
    trusted: Int32Array.of(-1, -1),
    denied: new Map(),
    random: new Uint8Array(2),
    weak: [],
  })
  const gone = entry(0, 'qwen', label('bee'), { question: { kind: 'classify', level: 'order' } })
  expect(() => hear([gone], 1, taxonomy, people)).toThrow(expect.objectContaining({ code: 'unknown-level' }))
})
