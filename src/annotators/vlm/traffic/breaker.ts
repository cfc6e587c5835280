import type { Rng } from '../../../core/rng.ts'

/**
 * - `answered`: the endpoint said something, be it that it will not take this message.
 * - `failed`: no answer, or that it is in trouble.
 * - `unsent`: nothing was sent, or nothing can be told from it.
 */
export type Outcome = 'answered' | 'failed' | 'unsent'

/** Spares an endpoint that is down: after five failures in a row nobody passes for a while, then one call alone, whose success lets all pass. */
export interface Breaker {
  /** When the next call may pass, in milliseconds since 1970; infinity while one is out to see whether the endpoint is back. */
  opensAt(): number
  /** A call passes. @returns Takes how it ended. */
  pass(): (outcome: Outcome, now: number) => void
}

const failuresInARow = 5
const firstRestMs = 1000
const longestRestMs = 60_000

/** Rests last from half of 1, 2, 4, … 60 seconds to the whole of them, so that not all clients come back at once. */
export function makeBreaker(rng: Rng): Breaker {
  let failures = 0
  /** Since the last answer. */
  let rests = 0
  let restsUntil = 0
  let probing = false

  const rest = (now: number): void => {
    restsUntil = now + Math.min(longestRestMs, firstRestMs * 2 ** rests++) * (0.5 + 0.5 * rng.uniform())
  }
  return {
    opensAt: () => (probing ? Infinity : restsUntil),
    pass: () => {
      const isProbe = rests > 0
      probing ||= isProbe
      return (outcome, now) => {
        if (isProbe) probing = false
        if (outcome === 'answered') {
          failures = rests = restsUntil = 0
          probing = false
        } else if (outcome === 'failed') {
          failures++
          // What was under way when the rest began tells nothing new.
          if (isProbe || (rests === 0 && failures >= failuresInARow)) rest(now)
        }
      }
    },
  }
}
