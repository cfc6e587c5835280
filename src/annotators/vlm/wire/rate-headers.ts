import { readPause } from './pause.ts'

/** What a provider says is left of its limits; null where it does not say. */
export interface RateLimits {
  readonly remainingRequests: number | null
  readonly remainingTokens: number | null
  /** Until both are whole again. */
  readonly resetMs: number | null
}

/**
 * Reads the headers of OpenAI and those who copy it (`x-ratelimit-remaining-requests`) and of Anthropic (`anthropic-ratelimit-requests-remaining`).
 *
 * @param now - Milliseconds since 1970.
 * @returns Null where nothing is said.
 */
export function readRateLimits(headers: Headers, now: number): RateLimits | null {
  const about = (what: 'requests' | 'tokens', which: 'remaining' | 'reset'): string | null =>
    headers.get(`x-ratelimit-${which}-${what}`) ?? headers.get(`anthropic-ratelimit-${what}-${which}`)
  const remainingRequests = countOf(about('requests', 'remaining'))
  const remainingTokens = countOf(about('tokens', 'remaining'))
  if (remainingRequests === null && remainingTokens === null) return null
  const resets = [about('requests', 'reset'), about('tokens', 'reset')].map((text) => readPause(text, now))
  const known = resets.filter((reset) => reset !== null)
  return { remainingRequests, remainingTokens, resetMs: known.length ? Math.max(...known) : null }
}

function countOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}
