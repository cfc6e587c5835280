import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecorded } from '../annotators/recorded.ts'
import type { Answer } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Question } from '../core/question.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { exportAnswers } from './export-answers.ts'
import type { Project } from './project.ts'

const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth: "hawk"' }])
const items = ['a', 'b', 'c', 'd'].map((id): Item => ({ id, source: { kind: 'text', text: id }, labels: {} }))
let folder = ''
let store: Store
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
  store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  await store.registerItems(items)
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('verdicts and labels that were written are read back as they were given', async () => {
  const given: readonly (readonly [Question, Answer])[] = [
    [
      { kind: 'verify', label: 'bee' },
      { kind: 'verdict', approved: true },
    ],
    [
      { kind: 'verify', label: 'moth: "hawk"' },
      { kind: 'verdict', approved: false, confidence: 0.8 },
    ],
    [
      { kind: 'verify', label: 'bee' },
      { kind: 'abstain', reason: 'cannot tell' },
    ],
    [
      { kind: 'classify', level: 'class' },
      { kind: 'label', label: 'bee' },
    ],
  ]
  const keys = given.map(([question], item) => ({ item, annotator: 'anna', question, attempt: 0 }))
  await store.planRound(
    0,
    keys.map((key) => ({ ...key, reserved: 1, purpose: 'learn' })),
    100,
  )
  await store.record(keys.map((key, i) => ({ ...key, answer: given[i]![1], cost: 250_000, seconds: 1.5 })))
  const path = join(folder, 'answers.jsonl')
  expect(await exportAnswers({ campaign: { store, items } } as unknown as Project, path)).toBe(4)

  const itemIds = new Set(items.map(({ id }) => id))
  const price = { kind: 'answer', amount: 1_000_000 } as const
  const { annotator, quarantined } = await readRecorded(path, { id: 'again', price, taxonomy, itemIds })
  expect(quarantined).toEqual([])
  const never = new AbortController().signal
  const read = await Promise.all(given.map(([question], i) => annotator.ask(items[i]!, question, never)))
  const lost = { kind: 'abstain', reason: 'no answer recorded' }
  expect(read).toEqual(
    given.map(([, answer]) => ({ answer: answer.kind === 'abstain' ? lost : answer, cost: 250_000, seconds: 1.5 })),
  )
})
