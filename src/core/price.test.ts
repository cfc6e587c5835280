import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atBatchPrice, expectedCost, tokenCost, type Price, type TokenPrice } from './price.ts'

const classify = { kind: 'classify', level: 'class' } as const
const model: TokenPrice = {
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

test('input that was read before has a price of its own, and a full one where none is said', () => {
  const usage = { input: 1000, cachedInput: 800, output: 0 }
  expect(tokenCost({ ...model, cachedInputPerMillion: 25_000 }, usage)).toBe(40)
  expect(tokenCost(model, usage)).toBe(100)
  // A server that counts more cached tokens than tokens.
  expect(tokenCost({ ...model, cachedInputPerMillion: 0 }, { input: 10, cachedInput: 99, output: 0 })).toBe(0)
})

test('what the server says a call cost is the price where that was agreed on', () => {
  const usage = { input: 1000, output: 20, reportedCost: 0.0011 }
  expect(tokenCost({ ...model, reported: true }, usage)).toBe(1100)
  expect(tokenCost(model, usage)).toBe(108)
  expect(tokenCost({ ...model, reported: true }, { ...usage, reportedCost: 0.00110001 })).toBe(1101)
  for (const reportedCost of [-1, NaN, Infinity])
    expect(tokenCost({ ...model, reported: true }, { ...usage, reportedCost })).toBe(108)
  expect(tokenCost({ ...model, reported: true }, { input: 1000, output: 20 })).toBe(108)
})

test('any amount that a server reports in whole micros is taken to the micro', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000_000), (micros) => {
      expect(tokenCost({ ...model, reported: true }, { input: 1, output: 1, reportedCost: micros / 1e6 })).toBe(micros)
    }),
  )
})

test('the price is exact where the product of rate and tokens is beyond the whole numbers of a computer', () => {
  const price = { ...model, inputPerMillion: 9_007_199_254_740, outputPerMillion: 0 }
  fc.assert(
    fc.property(fc.nat(1_000_000), (input) => {
      const exact = (BigInt(price.inputPerMillion) * BigInt(input) + 999_999n) / 1_000_000n
      expect(tokenCost(price, { input, output: 0 })).toBe(Number(exact))
    }),
  )
})

test('a batch costs half, or the share that is agreed on', () => {
  expect(atBatchPrice(model)).toEqual({ ...model, inputPerMillion: 50_000, outputPerMillion: 200_000 })
  const price = { ...model, cachedInputPerMillion: 25_000, batchFactor: 0.75 }
  expect(atBatchPrice(price)).toMatchObject({ inputPerMillion: 75_000, cachedInputPerMillion: 18_750 })
})
