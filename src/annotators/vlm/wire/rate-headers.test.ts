import { expect, test } from 'vitest'
import { readRateLimits } from './rate-headers.ts'

// 2023-11-14T22:13:20Z.
const now = 1_700_000_000_000

test('OpenAI says what is left, and for how long in a spelling of its own', () => {
  const headers = new Headers({
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '1s',
    'x-ratelimit-remaining-tokens': '149984',
    'x-ratelimit-reset-tokens': '6m0.5s',
  })
  expect(readRateLimits(headers, now)).toEqual({ remainingRequests: 59, remainingTokens: 149_984, resetMs: 360_500 })
})

test('Anthropic says what is left, and until when', () => {
  const headers = new Headers({
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': '2023-11-14T22:13:50Z',
    'anthropic-ratelimit-tokens-remaining': '7000',
    'anthropic-ratelimit-tokens-reset': '2023-11-14T22:13:00Z',
  })
  expect(readRateLimits(headers, now)).toEqual({ remainingRequests: 0, remainingTokens: 7000, resetMs: 30_000 })
})

test('a server that says nothing, or nothing that can be read, has no limits that we know of', () => {
  expect(readRateLimits(new Headers({ 'x-ratelimit-reset-requests': '20ms' }), now)).toBe(null)
  expect(readRateLimits(new Headers({ 'x-ratelimit-remaining-requests': '-1' }), now)).toBe(null)
  const some = new Headers({ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': 'soon' })
  expect(readRateLimits(some, now)).toEqual({ remainingRequests: 3, remainingTokens: null, resetMs: null })
})
