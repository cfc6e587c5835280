/** What a provider says is left of its limits; null where it does not say. */
export interface RateLimits {
  readonly remainingRequests: number | null
  readonly remainingTokens: number | null
}

/**
 * Reads the headers of OpenAI and those who copy it (`x-ratelimit-remaining-requests`) and of Anthropic (`anthropic-ratelimit-requests-remaining`).
 *
 * @returns Null where nothing is said.
 */
export function readRateLimits(headers: Headers): RateLimits | null {
  const [remainingRequests, remainingTokens] = [remaining('requests', headers), remaining('tokens', headers)]
  return remainingRequests === null && remainingTokens === null ? null : { remainingRequests, remainingTokens }
}

function remaining(what: 'requests' | 'tokens', headers: Headers): number | null {
  const text = headers.get(`x-ratelimit-remaining-${what}`) ?? headers.get(`anthropic-ratelimit-${what}-remaining`)
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}
