import { expect, test } from 'vitest'
import { balancedWeights } from './class-weights.ts'
import { labelEvidence } from './evidence.ts'

test('a label as evidence leaves its class possible and rules out the others', () => {
  const { rows, cols, data } = labelEvidence(Int32Array.of(2, 0), 3)
  expect([rows, cols, ...data]).toEqual([2, 3, -30, -30, 0, 0, -30, -30])
})

test('no labels are no evidence', () => {
  expect(labelEvidence([], 4)).toMatchObject({ rows: 0, cols: 4 })
})

test.each([-1, 3, 0.5, NaN])('a label %d of three classes is refused, not read as that of another item', (label) => {
  expect(() => labelEvidence([0, label], 3)).toThrow(expect.objectContaining({ code: 'bad-label' }))
  expect(() => balancedWeights([0, label], 3)).toThrow(expect.objectContaining({ code: 'bad-label' }))
})
