import { expect, test } from 'vitest'
import { makeTaxonomy } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'
import type { Campaign } from './campaign.ts'
import { refuseVanished } from './refusals.ts'

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee', aliases: ['western honeybee'] }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const annotators = [
  { id: 'anna', trusted: true },
  { id: 'gpt', trusted: false },
]
const campaign = { taxonomy, annotators } as unknown as Campaign
const verdict = (label: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  item: 0,
  annotator: 'anna',
  question: { kind: 'verify', label },
  attempt: 0,
  answer: { kind: 'verdict', approved: false },
  cost: 1,
  seconds: null,
  round: 0,
  purpose: 'learn',
  ...more,
})

test('verdicts on classes of any level, under any of their names, are heard', () => {
  const ledger = [verdict('honeybee'), verdict('Western Honeybee'), verdict('bee'), verdict('moth')]
  expect(() => refuseVanished(campaign, ledger)).not.toThrow()
})

test('verdicts of people on a class that is gone stop the campaign, as their labels do', () => {
  const label = verdict('', {
    question: { kind: 'classify', level: 'class' },
    answer: { kind: 'label', label: 'wasp' },
  })
  expect(() => refuseVanished(campaign, [verdict('hornet'), label, verdict('hornet')])).toThrow(
    expect.objectContaining({ code: 'classes-changed', problem: expect.stringContaining('(2): hornet, wasp') }),
  )
})

test('what a model said, and what nobody could tell, stops nothing', () => {
  const ledger = [
    verdict('hornet', { annotator: 'gpt' }),
    verdict('hornet', { answer: { kind: 'abstain', reason: 'cannot tell' } }),
  ]
  expect(() => refuseVanished(campaign, ledger)).not.toThrow()
})
