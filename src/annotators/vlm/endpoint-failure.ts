import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { LabelwrightError, messageOf } from '../../core/error.ts'
import type { Endpoint } from './endpoint.ts'

/** What went wrong between us and an endpoint. */
export interface Failure {
  /**
   * - `unreachable`: nobody listens there.
   * - `denied`: the key is missing, wrong, or out of credit; no other request will fare better.
   * - `failed`: anything else.
   */
  readonly kind: 'unreachable' | 'denied' | 'failed'
  /** Whether another try may fare better. */
  readonly passing: boolean
  /** For people; without the key, and short. */
  readonly said: string
  /** Null where no response came. */
  readonly status: number | null
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | null
}

const nobodyListens = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Judges what a request threw. `now` is in milliseconds since 1970, for a `Retry-After` that is a date. */
export function judgeFailure(thrown: unknown, endpoint: Endpoint, now: number): Failure {
  const api = APICallError.isInstance(thrown) ? thrown : undefined
  const status = api?.statusCode ?? null
  const code = errorCodeOf(thrown)
  const denied = status === 401 || status === 403 || code === 'insufficient_quota'
  const unreachable = status === null && nobodyListens.has(code)
  return {
    kind: denied ? 'denied' : unreachable ? 'unreachable' : 'failed',
    passing: !denied && !unreachable && isPassing(thrown, status),
    said: wordsOf(thrown, endpoint, { status, code }),
    status,
    retryAfterMs: retryAfterMs(api?.responseHeaders ?? {}, now),
  }
}

function isPassing(thrown: unknown, status: number | null): boolean {
  // 200 is among them: its body was cut short or is no JSON.
  if (status !== null) return [200, 408, 409, 429].includes(status) || status >= 500
  if (APICallError.isInstance(thrown) || InvalidResponseDataError.isInstance(thrown)) return true
  return thrown instanceof Error && thrown.name === 'TimeoutError'
}

function wordsOf(thrown: unknown, endpoint: Endpoint, about: { status: number | null; code: string }): string {
  const message = messageOf(thrown)
  const status = about.status === null || about.status === 200 ? '' : `HTTP ${about.status} `
  return endpoint.redact(`${status}${message}${message.includes(about.code) ? '' : ` ${about.code}`}`)
}

/** The server's own error code, else the operating system's. */
function errorCodeOf(thrown: unknown): string {
  const given = APICallError.isInstance(thrown)
    ? (thrown.data as { error?: { code?: unknown } } | undefined)
    : undefined
  if (typeof given?.error?.code === 'string') return given.error.code
  for (let at = thrown; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return ''
}

/** Whether a server's own filter turned the picture or text away, which some report as a bad request. */
export function isFiltered(thrown: unknown): boolean {
  return APICallError.isInstance(thrown) && thrown.statusCode === 400 && errorCodeOf(thrown) === 'content_filter'
}

function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const exact = Number(headers['retry-after-ms'] ?? NaN)
  if (exact >= 0) return exact
  const given = headers['retry-after']
  if (given === undefined) return null
  if (Number(given) >= 0) return Number(given) * 1000
  // oxlint-disable-next-line no-restricted-globals -- reads a header, not the clock
  const date = Date.parse(given)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** The error that a failure ends in, after this many tries. It carries no cause: the SDK's holds the whole request. */
export function endpointError(failure: Failure, endpoint: Endpoint, tries = 1): LabelwrightError {
  switch (failure.kind) {
    case 'unreachable':
      return new LabelwrightError(
        'endpoint-unreachable',
        `Nothing answers at ${endpoint.url} (${failure.said}).`,
        'Start the model server, or correct "endpoint:" in labelwright.yaml; `labelwright doctor` tests the connection.',
      )
    case 'denied':
      return new LabelwrightError(
        'endpoint-denied',
        `${endpoint.url} refused our key: ${failure.said}.`,
        endpoint.apiKey
          ? 'Check the key in the environment, its rights, and the credit of the account.'
          : 'Put the API key into the environment variable that the annotator names.',
      )
    case 'failed':
      return new LabelwrightError(
        'endpoint-failed',
        `${endpoint.url} failed ${tries === 1 ? 'once' : `${tries} times`}, at last with: ${failure.said}.`,
        fixOf(failure),
      )
  }
}

function fixOf({ passing, status }: Failure): string {
  if (status === 404) return 'Check "model:" and the path of "endpoint:" (most end in /v1).'
  if (!passing) return 'Change what the message names: the model may take no pictures, or no JSON schema.'
  return 'Look at the server, then run again: the questions stay open and nothing is asked twice.'
}
