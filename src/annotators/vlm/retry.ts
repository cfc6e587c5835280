import { setTimeout } from 'node:timers/promises'
import type { Rng } from '../../core/rng.ts'
import type { Failure } from './endpoint-failure.ts'

const firstDelayMs = 1000
const longestDelayMs = 60_000
/** A server that asks for a longer pause than this is as good as down. */
const longestWaitMs = 600_000

export interface RetryOptions {
  /** Tries after the first. */
  readonly maxRetries: number
  readonly rng: Rng
  readonly signal: AbortSignal
  readonly judge: (thrown: unknown) => Failure
  readonly giveUp: (failure: Failure, tries: number) => Error
}

/**
 * Tries until it works or the failure is none that passes. Waits as long as the server asks, else with full jitter: uniformly between nothing
 * and 1, 2, 4, … 60 seconds.
 *
 * @throws What `giveUp` makes of the last failure, or the signal's reason once it is aborted.
 * @see Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxRetries, rng, signal } = options
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (thrown) {
      signal.throwIfAborted()
      const failure = options.judge(thrown)
      const waitMs = failure.retryAfterMs ?? jitter(tries, rng)
      if (!failure.passing || tries > maxRetries || waitMs > longestWaitMs) throw options.giveUp(failure, tries)
      await setTimeout(waitMs, undefined, { signal })
    }
  }
}

function jitter(tries: number, rng: Rng): number {
  return rng.uniform() * Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1))
}
