import fc from 'fast-check'
import { expect, test } from 'vitest'
import { questionKey, type Question } from './question.ts'

const texts = fc.constantFrom('', 'a', 'b', 'a,b', '","', ':', 'classify:a')
const questions: fc.Arbitrary<Question> = fc.oneof(
  texts.map((level): Question => ({ kind: 'classify', level })),
  fc.array(texts, { maxLength: 3 }).map((labels): Question => ({ kind: 'select', labels })),
  texts.map((label): Question => ({ kind: 'verify', label })),
)

test('two questions have one key exactly when they are equal', () => {
  fc.assert(
    fc.property(questions, questions, (a, b) => {
      expect(questionKey(a) === questionKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 500 },
  )
})

test('the keys in saved ledgers stay what they were', () => {
  expect(questionKey({ kind: 'classify', level: 'group' })).toBe('classify:group')
  expect(questionKey({ kind: 'select', labels: ['a', 'b'] })).toBe('select:["a","b"]')
  expect(questionKey({ kind: 'verify', label: 'bee' })).toBe('verify:bee')
})
