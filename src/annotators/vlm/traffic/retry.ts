import type { Rng } from '../../../core/rng.ts'
import type { Failure } from '../wire/endpoint-failure.ts'
import { onAbort } from './on-abort.ts'

const firstDelayMs = 1000
const longestDelayMs = 60_000
/** A server that asks for a longer pause than this is as good as down. */
export const longestPauseMs = 600_000

export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface RetryOptions {
  /** Tries after the first. */
  readonly maxRetries: number
  readonly rng: Rng
  /** Ends the waiting; a deadline for all tries together is a signal, too. */
  readonly signal: AbortSignal
}

/**
 * Tries until it works or the failure is none that passes. Waits with full jitter: uniformly between nothing and 1, 2, 4, … 60 seconds.
 * Where the server said how long it wants to be left alone, the attempt itself must wait for that part, because everybody has to.
 *
 * @returns The last attempt, and how many there were.
 * @throws What an attempt throws, or the signal's reason.
 * @see Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  { maxRetries, rng, signal }: RetryOptions,
): Promise<Attempt<T> & { readonly tries: number }> {
  for (let tries = 1; ; tries++) {
    const last = await attempt()
    if (last.kind === 'done' || !isWorthTrying(last.failure) || tries > maxRetries) return { ...last, tries }
    signal.throwIfAborted()
    const waitMs = jitter(tries, rng) - (last.failure.retryAfterMs ?? 0)
    if (waitMs > 0) await sleep(waitMs, signal)
  }
}

function isWorthTrying({ passing, retryAfterMs }: Failure): boolean {
  return passing && (retryAfterMs ?? 0) <= longestPauseMs
}

function jitter(tries: number, rng: Rng): number {
  return rng.uniform() * Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1))
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      ignore()
      resolve()
    }, ms)
    const ignore = onAbort(signal, () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
