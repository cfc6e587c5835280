import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { LabelwrightError, messageOf } from '../../../core/error.ts'
import type { Endpoint } from './endpoint.ts'
import { readErrorBody, type ErrorBody } from './error-body.ts'

/** What went wrong between us and an endpoint. */
export interface Failure {
  /**
   * - `unreachable`: nobody listens there.
   * - `denied`: the key is missing, wrong, or out of credit; no other request will fare better.
   * - `rejected`: this one message is not taken; others may be.
   * - `failed`: anything else.
   */
  readonly kind: 'unreachable' | 'denied' | 'rejected' | 'failed'
  /** Whether another try may fare better. */
  readonly passing: boolean
  /** The message was sent and no reply came that could be read: it may have been billed. */
  readonly lost: boolean
  /** For people; without the key, and short. */
  readonly said: string
  /** Null where no response came. */
  readonly status: number | null
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | null
}

const nobodyListens =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$|CERT|SIGNATURE|SSL|TLS/
const noAccess =
  /^(insufficient_quota|billing_\w+|authentication_error|permission_error|API_KEY_INVALID|FAILED_PRECONDITION)$/
const noCredit = /credit balance is too low/
const filters = /^(content_filter|content_policy_violation|moderation_blocked)$/

const silence: ErrorBody = { words: null, names: [], status: null, retryDelay: null, flagged: false }

/** Judges what a request threw. `now` is in milliseconds since 1970, for a `Retry-After` that is a date. */
export function judgeFailure(thrown: unknown, endpoint: Endpoint, now: number): Failure {
  const api = APICallError.isInstance(thrown) ? thrown : undefined
  const body = api ? readErrorBody(api) : silence
  const status = api?.statusCode === 200 ? (body.status ?? 200) : (api?.statusCode ?? null)
  const code = systemCodeOf(thrown)
  const kind = kindOf(status, body, code)
  const passing = kind === 'failed' && isPassing(thrown, status)
  return {
    kind,
    passing,
    lost: passing && (status === null || status === 200 || status === 504),
    said: endpoint.redact(wordsOf(thrown, status, body.words, body.names[0] ?? code)),
    status,
    retryAfterMs: retryAfterMs(api?.responseHeaders ?? {}, now) ?? readPause(body.retryDelay, now),
  }
}

function kindOf(status: number | null, { names, words }: ErrorBody, code: string): Failure['kind'] {
  if (status === null) return nobodyListens.test(code) ? 'unreachable' : 'failed'
  const denied = [401, 402, 403].includes(status) || names.some((name) => noAccess.test(name))
  if (denied || noCredit.test(words ?? '')) return 'denied'
  return [400, 413, 422].includes(status) ? 'rejected' : 'failed'
}

function isPassing(thrown: unknown, status: number | null): boolean {
  // 200 is among them: its body was cut short or is no JSON.
  if (status !== null) return [200, 408, 409, 429].includes(status) || status >= 500
  if (APICallError.isInstance(thrown) || InvalidResponseDataError.isInstance(thrown)) return true
  return thrown instanceof Error && thrown.name === 'TimeoutError'
}

function wordsOf(thrown: unknown, status: number | null, words: string | null, name: string): string {
  const message = (status !== 200 && words) || messageOf(isBareFetch(thrown) ? thrown.cause : thrown)
  const prefix = status === null || status === 200 ? '' : `HTTP ${status} `
  return `${prefix}${message}${message.includes(name) ? '' : ` ${name}`}`
}

/** What Node's fetch throws says nothing itself. */
function isBareFetch(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.message === 'fetch failed' && thrown.cause instanceof Error
}

/** The operating system's or the HTTP client's code of what went wrong. */
function systemCodeOf(thrown: unknown): string {
  for (let at = thrown; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return ''
}

/** Whether a server's own filter turned the picture or text away, which some report as a bad request. */
export function isFiltered(thrown: unknown): boolean {
  if (!APICallError.isInstance(thrown)) return false
  const { names, flagged } = readErrorBody(thrown)
  return (
    (thrown.statusCode === 400 && names.some((name) => filters.test(name))) || (thrown.statusCode === 403 && flagged)
  )
}

function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const exact = Number(headers['retry-after-ms'] ?? NaN)
  return exact >= 0 ? exact : readPause(headers['retry-after'], now)
}

/** Reads `2` and `34.07s` (seconds), or a date as HTTP writes it; null where it is neither. */
function readPause(text: string | null | undefined, now: number): number | null {
  const given = text?.trim()
  if (!given) return null
  const seconds = Number(given.replace(/s$/, ''))
  if (seconds >= 0) return seconds * 1000
  // oxlint-disable-next-line no-restricted-globals -- reads a date, not the clock
  const date = Date.parse(given)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

function isRedirect({ status }: Failure): boolean {
  return status !== null && status >= 300 && status < 400
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
    case 'rejected':
      return new LabelwrightError(
        'message-rejected',
        `${endpoint.url} did not take this message: ${failure.said}.`,
        'Change what it names. Where no message is taken at all, the model may take no pictures, or "model:" is wrong.',
      )
    case 'failed':
      return new LabelwrightError(
        'endpoint-failed',
        `${endpoint.url} failed ${tries === 1 ? 'once' : `${tries} times`}, at last with: ${failure.said}.`,
        failure.status === 404
          ? 'Check "model:" and the path of "endpoint:" (most end in /v1).'
          : isRedirect(failure)
            ? 'Write into "endpoint:" the address that it redirects to, if you trust it with the key and the data.'
            : 'Look at the server, then run again: the questions stay open and nothing is asked twice.',
      )
  }
}
