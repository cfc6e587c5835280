import { expect, test } from 'vitest'
import type { Item } from '../../../core/item.ts'
import { makeRng } from '../../../core/rng.ts'
import { pickExamples } from './examples.ts'

const item = (id: string): Item => ({ id, source: { kind: 'text', text: id }, labels: {} })
// Ninety bees, nine ants, one fly.
const all = Array.from({ length: 100 }, (_, i) => ({
  item: item(`${i}`),
  label: i < 90 ? 'bee' : i < 99 ? 'ant' : 'fly',
}))
const picked = (count: number, seed: number, about = item('new')) =>
  pickExamples(all, count, about, makeRng(seed, 'examples'))

test('every class gives an example before any gives a second', () => {
  expect(new Set(picked(3, 1).map(({ label }) => label))).toEqual(new Set(['bee', 'ant', 'fly']))
  expect(picked(6, 1).filter(({ label }) => label === 'ant').length).toBeGreaterThanOrEqual(2)
  expect(picked(500, 1)).toHaveLength(100)
})

test('equal seeds draw alike, other seeds otherwise, and the item itself is never its own example', () => {
  expect(picked(5, 1)).toEqual(picked(5, 1))
  expect(picked(5, 1)).not.toEqual(picked(5, 2))
  for (const { item: own } of picked(5, 1))
    expect(picked(5, 1, own).map((example) => example.item.id)).not.toContain(own.id)
})
