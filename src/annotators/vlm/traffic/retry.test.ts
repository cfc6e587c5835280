import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeRng } from '../../../core/rng.ts'
import type { Failure } from '../wire/endpoint-failure.ts'
import { withRetries, type Attempt } from './retry.ts'

const busy: Failure = { kind: 'failed', passing: true, lost: false, said: 'busy', status: 500, retryAfterMs: null }
const never = new AbortController().signal

beforeEach(() => vi.useFakeTimers({ now: 0 }))
afterEach(() => vi.useRealTimers())

/** Fails in this way until the last of `n` attempts, which works. */
function failing(n: number, failure: Partial<Failure> = {}) {
  const times: number[] = []
  const attempt = async (): Promise<Attempt<string>> => {
    times.push(Date.now())
    return times.length < n ? { kind: 'failed', failure: { ...busy, ...failure } } : { kind: 'done', value: 'reply' }
  }
  return { attempt, times }
}

async function trying(
  attempt: () => Promise<Attempt<string>>,
  options: { signal?: AbortSignal; longest?: boolean } = {},
) {
  const { signal = never, longest } = options
  const rng = longest ? { ...makeRng(1), uniform: () => 1 } : makeRng(1)
  const tried = withRetries(attempt, { maxRetries: 8, rng, signal })
  await Promise.allSettled([tried, vi.runAllTimersAsync()])
  return tried
}

test('pauses are drawn between nothing and 1, 2, 4, … 60 seconds', async () => {
  const { attempt, times } = failing(9)
  expect(await trying(attempt, { longest: true })).toEqual({ kind: 'done', value: 'reply', tries: 9 })
  const pauses = times.slice(1).map((time, i) => (time - times[i]!) / 1000)
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  const drawn = failing(9)
  await trying(drawn.attempt)
  const drawnFor = drawn.times.at(-1)! - drawn.times[0]!
  expect(drawnFor).toBeGreaterThan(20_000)
  expect(drawnFor).toBeLessThan(163_000)
})

test('the last try is the last', async () => {
  const { attempt, times } = failing(100)
  expect(await trying(attempt)).toEqual({ kind: 'failed', failure: busy, tries: 9 })
  expect(times).toHaveLength(9)
})

test('what will not pass is not tried again, nor what is to be left alone for more than ten minutes', async () => {
  for (const failure of [{ passing: false }, { retryAfterMs: 600_001 }]) {
    const { attempt, times } = failing(2, failure)
    expect(await trying(attempt)).toMatchObject({ kind: 'failed', tries: 1 })
    expect(times).toEqual([0])
  }
})

test('where the server named a time, the gate does the waiting', async () => {
  const { attempt, times } = failing(3, { retryAfterMs: 30_000 })
  await trying(attempt)
  expect(times).toEqual([0, 0, 0])
})

test('a server that says "at once" is given time all the same', async () => {
  const { attempt, times } = failing(4, { retryAfterMs: 0 })
  await trying(attempt, { longest: true })
  expect(times).toEqual([0, 1000, 3000, 7000])
})

test('who no longer wants the answer ends the waiting at once; what an attempt throws is passed on', async () => {
  const controller = new AbortController()
  const { attempt, times } = failing(3)
  const pending = withRetries(attempt, { maxRetries: 8, rng: makeRng(1), signal: controller.signal })
  await vi.advanceTimersByTimeAsync(0)
  controller.abort(new Error('stopped'))
  await expect(pending).rejects.toThrow('stopped')
  expect(times).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
  await expect(trying(() => Promise.reject(new Error('no picture')))).rejects.toThrow('no picture')
})
