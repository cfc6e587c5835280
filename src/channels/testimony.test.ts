import { expect, test } from 'vitest'
import { fineLevel, makeTaxonomy } from '../core/taxonomy.ts'
import { columnReader, columnsAt } from './testimony.ts'

const level = fineLevel(makeTaxonomy([{ name: 'bee' }, { name: 'moth', aliases: ['miller'] }]))
const read = columnReader(level)

test('every class has a column, and so have answers outside the taxonomy and no answer', () => {
  expect(columnsAt(level)).toBe(4)
  expect(read({ kind: 'label', label: 'Miller', alternatives: ['bee'] })).toBe(1)
  expect(read({ kind: 'label', label: 'wasp' })).toBe(2)
  expect(read({ kind: 'outside', said: 'a wasp' })).toBe(2)
  expect(read({ kind: 'abstain', reason: 'too dark' })).toBe(3)
})

test('a distribution counts as its likeliest class, the first of equals, and as outside where it is empty', () => {
  expect(read({ kind: 'distribution', probabilities: { bee: 0.4, moth: 0.6 } })).toBe(1)
  expect(read({ kind: 'distribution', probabilities: { moth: 0.5, bee: 0.5 } })).toBe(1)
  expect(read({ kind: 'distribution', probabilities: {} })).toBe(2)
})

test('verdicts and label sets say nothing at a level', () => {
  expect(read({ kind: 'verdict', approved: true })).toBe(-1)
  expect(read({ kind: 'labels', labels: ['bee'] })).toBe(-1)
})
