import type { Context } from 'hono'
import { LabelwrightError } from '../core/error.ts'

/** How the API's errors are told over HTTP; codes that are not listed are the server's own trouble. */
const statuses = {
  'bad-request': 400,
  'no-token': 401,
  'cross-origin': 403,
  'not-found': 404,
  'unknown-annotator': 404,
  'unknown-item': 404,
  'unknown-question': 404,
  'too-large': 413,
  'wrong-host': 421,
  'unknown-label': 422,
  'unknown-level': 422,
  'unreadable-picture': 422,
} as const

/** Answers a request with an error: `{ error: { code, problem, fix } }`. What is no {@link LabelwrightError} is not told to the outside. */
export function refuse(c: Context, thrown: unknown): Response {
  const error = thrown instanceof LabelwrightError ? thrown : unexpected
  const { code, problem, fix } = error
  const status = Object.hasOwn(statuses, code) ? statuses[code as keyof typeof statuses] : 500
  return c.json({ error: { code, problem, fix } }, status)
}

/** Whether the request, not the server, was at fault. */
export function isRefusal(thrown: unknown): boolean {
  return thrown instanceof LabelwrightError && Object.hasOwn(statuses, thrown.code)
}

const unexpected = new LabelwrightError(
  'internal',
  'Something broke on the server.',
  'Look at the terminal in which it runs; answers that were acknowledged are safe.',
)
