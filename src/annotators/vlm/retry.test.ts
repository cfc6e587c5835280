import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { makeRng } from '../../core/rng.ts'
import { endpointError, judgeFailure, type Failure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'
import { withRetries } from './retry.ts'

const endpoint = parseEndpoint('http://127.0.0.1:8000/v1/', 'sk-secret')
const now = 1_700_000_000_000

function judged(statusCode: number, headers: Record<string, string> = {}, data?: unknown): Failure {
  const error = new APICallError({
    message: 'bad key sk-secret, see sk-secret',
    url: '',
    requestBodyValues: {},
    statusCode,
    responseHeaders: headers,
    data,
  })
  return judgeFailure(error, endpoint, now)
}

const passing: Failure = { kind: 'failed', passing: true, said: 'busy', status: 429, retryAfterMs: 0 }

function trying(
  failure: Failure,
  options: { attempt?: () => Promise<string>; signal?: AbortSignal } = {},
): Promise<string> {
  const { attempt = () => Promise.reject(new Error('x')), signal = new AbortController().signal } = options
  return withRetries(attempt, {
    maxRetries: 3,
    rng: makeRng(1),
    signal,
    judge: () => failure,
    giveUp: (last, tries) => endpointError(last, endpoint, tries),
  })
}

test('what passes is tried again; what will not, is not', () => {
  const passes = [408, 409, 429, 500, 503, 529, 200].map((status) => judged(status).passing)
  const stays = [400, 401, 403, 404, 413, 422].map((status) => judged(status).passing)
  expect(passes).toEqual(passes.map(() => true))
  expect(stays).toEqual(stays.map(() => false))
  expect(judged(429, {}, { error: { code: 'insufficient_quota' } })).toMatchObject({ kind: 'denied', passing: false })
})

test('a server is left alone for as long as it asks, in any of the three spellings', () => {
  expect(judged(429, { 'retry-after': '2' }).retryAfterMs).toBe(2000)
  expect(judged(429, { 'retry-after-ms': '150', 'retry-after': '9' }).retryAfterMs).toBe(150)
  // 1,700,000,000 s after 1970 is 22:13:20 on this day.
  expect(judged(429, { 'retry-after': 'Tue, 14 Nov 2023 22:13:50 GMT' }).retryAfterMs).toBe(30_000)
  expect(judged(429, { 'retry-after': 'later' }).retryAfterMs).toBe(null)
})

test('an error names the endpoint and what it said, but never the key', () => {
  const { message, cause } = endpointError(judged(401), endpoint)
  expect(message).toContain('http://127.0.0.1:8000/v1 refused our key: HTTP 401 bad key [key], see [key].')
  expect(cause).toBeUndefined()
})

test('an address that is none, or carries a secret, is refused', () => {
  for (const address of [
    'localhost:8000',
    'ftp://host/v1',
    'http://me:sk-secret@host/v1',
    'https://host/v1?key=sk-secret',
  ]) {
    const refused = expect.objectContaining({ code: 'bad-endpoint', message: expect.not.stringContaining('sk-secret') })
    expect(() => parseEndpoint(address)).toThrow(refused)
  }
})

test('the last try is the last', async () => {
  let tries = 0
  const attempt = () => Promise.reject(new Error(String(++tries)))
  await expect(trying(passing, { attempt })).rejects.toMatchObject({
    code: 'endpoint-failed',
    message: expect.stringContaining('4 times'),
  })
  expect(tries).toBe(4)
})

test('a pause is as long as asked, and one of an hour is not waited for', async () => {
  let tries = 0
  const attempt = () => (++tries < 2 ? Promise.reject(new Error('x')) : Promise.resolve('done'))
  const start = performance.now()
  expect(await trying({ ...passing, retryAfterMs: 40 }, { attempt })).toBe('done')
  expect(performance.now() - start).toBeGreaterThan(38)
  await expect(trying({ ...passing, retryAfterMs: 3_600_000 })).rejects.toMatchObject({ code: 'endpoint-failed' })
})

test('who no longer wants the answer ends the waiting at once', async () => {
  const controller = new AbortController()
  const pending = trying({ ...passing, retryAfterMs: 60_000 }, { signal: controller.signal })
  controller.abort()
  await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
})
