import type { Clock } from '../../../core/clock.ts'
import type { Rng } from '../../../core/rng.ts'
import type { RateLimits } from '../wire/rate-headers.ts'
import { makeBreaker, type Outcome } from './breaker.ts'
import { makeBucket, type Bucket } from './bucket.ts'
import { onAbort } from './on-abort.ts'
import { makeQueue } from './queue.ts'

/** Lets calls to one endpoint pass, first come first served, as fast as its limits allow. All that ask this endpoint share one gate. */
export interface Gate {
  /**
   * Waits for its turn. Whoever passes must leave.
   *
   * @param tokens - The most that the call can take, read and written. They count from now on, until the real ones are known.
   * @param signal - Ends the waiting. Without effect on who has passed.
   * @throws The signal's reason, or what {@link Gate.deny} was given.
   */
  enter(tokens: number, signal: AbortSignal): Promise<Leave>
  /** Nobody passes for so long, because the endpoint said so. What is under way goes on. */
  pause(ms: number): void
  /** Counts no more than this as left, because the endpoint said so. Without effect where we set no limit. */
  lower(limits: RateLimits): void
  /** Nobody passes any more: all who wait, and all who come, get this error. */
  deny(error: Error): void
}

/** Gives the place to the next. `tokens` are those that the call really took. */
export type Leave = (outcome: Outcome, tokens: number) => void

export interface GateOptions {
  /** Calls that may be under way at once. */
  readonly concurrency: number
  /** Default: no limit. */
  readonly requestsPerMinute?: number | undefined
  /** Tokens read and written. Default: no limit. */
  readonly tokensPerMinute?: number | undefined
  readonly clock: Clock
  /** Draws how long an endpoint that is down is left alone. */
  readonly rng: Rng
}

interface Waiter {
  readonly tokens: number
  resolve(leave: Leave): void
  reject(reason: unknown): void
  /** Stops listening to the signal. */
  ignore(): void
}

/** The most that a timer can take. */
const longestTimerMs = 2 ** 31 - 1

export function makeGate(options: GateOptions): Gate {
  const { concurrency, clock } = options
  const bucketOf = (perMinute: number | undefined): Bucket | undefined =>
    perMinute === undefined ? undefined : makeBucket(perMinute, clock.now())
  const requests = bucketOf(options.requestsPerMinute)
  const tokens = bucketOf(options.tokensPerMinute)
  const breaker = makeBreaker(options.rng)
  const queue = makeQueue<Waiter>()
  let underWay = 0
  let pausedUntil = 0
  let denial: Error | undefined
  let timer: NodeJS.Timeout | undefined

  const waitMs = (next: Waiter, now: number): number =>
    Math.max(
      Math.max(pausedUntil, breaker.opensAt()) - now,
      requests?.waitMs(1, now) ?? 0,
      tokens?.waitMs(next.tokens, now) ?? 0,
    )

  const admit = (): void => {
    clearTimeout(timer)
    for (let next = queue.first(); next && underWay < concurrency; next = queue.first()) {
      const wait = waitMs(next, clock.now())
      if (wait > 0) {
        // Who waits for one call to see whether the endpoint is back needs no timer.
        if (wait < Infinity) timer = setTimeout(admit, Math.min(Math.ceil(wait), longestTimerMs))
        return
      }
      queue.shift()
      next.ignore()
      next.resolve(pass(next.tokens, clock.now()))
    }
  }

  const pass = (reserved: number, start: number): Leave => {
    underWay++
    requests?.take(1, start)
    tokens?.take(reserved, start)
    const end = breaker.pass()
    return (outcome, used) => {
      const now = clock.now()
      underWay--
      if (outcome === 'unsent') requests?.giveBack(1, now)
      tokens?.giveBack(reserved - used, now)
      end(outcome, now)
      admit()
    }
  }

  return {
    enter: (reserved, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        if (denial) throw denial
        const leaveQueue = queue.push({ tokens: reserved, resolve, reject, ignore: () => ignore() })
        const ignore = onAbort(signal, () => {
          leaveQueue()
          // Who is next now is let in by whatever the first one waited for.
          if (queue.size() === 0) clearTimeout(timer)
          reject(signal.reason as Error)
        })
        if (queue.size() === 1) admit()
      }),
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms)
    },
    lower: ({ remainingRequests, remainingTokens }) => {
      requests?.lower(remainingRequests ?? Infinity, clock.now())
      tokens?.lower(remainingTokens ?? Infinity, clock.now())
    },
    deny: (error) => {
      denial ??= error
      clearTimeout(timer)
      for (let next = queue.shift(); next; next = queue.shift()) {
        next.ignore()
        next.reject(denial)
      }
    },
  }
}
