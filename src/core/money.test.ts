import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, fromMicros, toMicros } from './money.ts'

test('cents add up exactly as micros', () => {
  expect(toMicros(0.1) + toMicros(0.2)).toBe(toMicros(0.3))
  expect(toMicros(0.0000015)).toBe(2)
})

test('every whole number of micros up to a billion units survives being written as an amount', () => {
  fc.assert(fc.property(fc.nat(1e15), (micros) => toMicros(fromMicros(micros)) === micros))
})

test.each([-1, -1e-7, NaN, Infinity, 1e10])('%d is no amount of money', (amount) => {
  expect(() => toMicros(amount)).toThrow(expect.objectContaining({ code: 'bad-money' }))
})

test('people read two decimals, and more only below one hundredth', () => {
  const shown = [0, 1, 10_000, 9_999, 1_234_567_890_000].map((micros) => formatMoney(micros, 'EUR'))
  expect(shown).toEqual(['0.00 EUR', '0.000001 EUR', '0.01 EUR', '0.009999 EUR', '1,234,567.89 EUR'])
})
