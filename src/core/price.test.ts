import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedCost, tokenCost, type Price } from './price.ts'

const classify = { kind: 'classify', level: 'class' } as const
const model: Extract<Price, { kind: 'tokens' }> = {
  kind: 'tokens',
  inputPerMillion: 100_000,
  outputPerMillion: 400_000,
  tokensPerQuestion: { input: 1000, output: 20 },
}

test('an hour at 30 an hour answers 450 questions of 8 seconds', () => {
  const secondsPerQuestion = { classify: 8, select: 12, verify: 2 }
  const price: Price = { kind: 'hourly', wage: 30_000_000, secondsPerQuestion }
  expect(expectedCost(price, classify)).toBe(Math.ceil(30_000_000 / 450))
  expect(expectedCost(price, { kind: 'verify', label: 'bee' })).toBe(Math.ceil(30_000_000 / 1800))
})

test('a fixed price is the same for every question', () => {
  expect(expectedCost({ kind: 'answer', amount: 20_000 }, classify)).toBe(20_000)
})

test('1,000 tokens in at 0.10 and 20 out at 0.40 per million cost 108 micros', () => {
  expect(expectedCost(model, classify)).toBe(108)
})

test('a reply is never cheaper than its tokens, and at most one micro dearer', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (input, output) => {
      const cost = tokenCost(model, { input, output })
      const exact = input * 0.1 + output * 0.4
      expect(Number.isInteger(cost)).toBe(true)
      expect(cost).toBeGreaterThanOrEqual(exact - 1e-6)
      expect(cost).toBeLessThan(exact + 1 + 1e-6)
    }),
  )
})
