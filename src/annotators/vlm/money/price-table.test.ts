import { expect, test } from 'vitest'
import { knownPrices } from './known-prices.ts'
import { findPrice, providerOf, type PriceEntry } from './price-table.ts'

const entry = (model: string, provider: string | null = null): PriceEntry => {
  return { model, provider, input: 1, cachedInput: null, output: 2, currency: 'EUR', asOf: '2026-01-01' }
}
const table = [entry('*'), entry('seer-*'), entry('seer-*', 'openai'), entry('seer-*-mini*'), entry('seer-2-mini')]
const found = (model: string, provider = 'none'): string | undefined => findPrice(table, { model, provider })?.model

test('the longest pattern that fits is the price', () => {
  expect(found('oracle')).toBe('*')
  expect(found('seer-2')).toBe('seer-*')
  expect(found('seer-2-mini')).toBe('seer-2-mini')
  expect(found('Seer-2-Mini-2025')).toBe('seer-*-mini*')
  expect(found('seer-mini')).toBe('seer-*')
  expect(found('seer-3-mini')).toBe('seer-*-mini*')
  expect(findPrice(table, { model: 'seer-2', provider: 'openai' })?.provider).toBe('openai')
  expect(findPrice(table.slice(1), { model: 'oracle' })).toBeNull()
})

test('a pattern with many stars is no work', () => {
  expect(findPrice([entry(`${'*a'.repeat(200)}b`)], { model: 'a'.repeat(2000) })).toBeNull()
})

test('an address says whose prices hold there', () => {
  expect(providerOf('https://api.openai.com/v1', 'openai-compatible')).toBe('openai')
  expect(providerOf('https://generativelanguage.googleapis.com/v1beta', 'google')).toBe('google')
  expect(providerOf('https://notopenai.com/v1', 'openai-compatible')).toBe('openai-compatible')
  expect(providerOf('http://127.0.0.1:8000/v1', 'openai')).toBe('local')
  expect(providerOf('http://localhost:11434/v1', 'openai-compatible')).toBe('local')
  expect(providerOf(null, 'anthropic')).toBe('anthropic')
})

test('what the providers list is found under the names that people write', () => {
  const priceOf = (model: string, provider: string): number[] => {
    const { input, output } = findPrice(knownPrices, { model, provider })!
    return [input / 1e6, output / 1e6]
  }
  expect(priceOf('gpt-4o-2024-11-20', 'openai')).toEqual([2.5, 10])
  expect(priceOf('gpt-4o-2024-05-13', 'openai')).toEqual([5, 15])
  expect(priceOf('gpt-4.1-mini-2025-04-14', 'openai')).toEqual([0.4, 1.6])
  expect(priceOf('claude-haiku-4-5-20251001', 'anthropic')).toEqual([1, 5])
  expect(priceOf('claude-opus-4-20250514', 'anthropic')).toEqual([15, 75])
  expect(priceOf('gemini-2.5-flash-lite', 'google')).toEqual([0.1, 0.4])
})

test('other things of a family, and the same name on a machine of your own, have no listed price', () => {
  for (const [model, provider] of [
    ['gpt-4o-audio-preview', 'openai'],
    ['gpt-4o', 'local'],
    ['gpt-4o', 'openrouter'],
  ] as const) {
    expect(findPrice(knownPrices, { model, provider })).toBeNull()
  }
})

test('every listed price has its day, and cached input is never dearer', () => {
  for (const { asOf, input, cachedInput, output } of knownPrices) {
    expect(asOf).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect((cachedInput ?? input) <= input && input < output).toBe(true)
  }
})
