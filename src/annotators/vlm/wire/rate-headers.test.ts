import { expect, test } from 'vitest'
import { readRateLimits } from './rate-headers.ts'

const read = (headers: Record<string, string>) => readRateLimits(new Headers(headers))

test('OpenAI and Anthropic say what is left, each in headers of its own', () => {
  expect(
    read({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0.5s',
    }),
  ).toEqual({ remainingRequests: 59, remainingTokens: 149_984 })
  expect(
    read({ 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-tokens-remaining': '7000' }),
  ).toEqual({ remainingRequests: 0, remainingTokens: 7000 })
})

test('a server that says nothing, or nothing that can be read, has no limits that we know of', () => {
  expect(read({ 'x-ratelimit-reset-requests': '20ms' })).toBe(null)
  expect(read({ 'x-ratelimit-remaining-requests': '-1' })).toBe(null)
  expect(read({ 'x-ratelimit-remaining-requests': '3' })).toEqual({ remainingRequests: 3, remainingTokens: null })
})
