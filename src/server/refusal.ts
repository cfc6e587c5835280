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

/** What is told about an error; the server's own trouble that is no {@link LabelwrightError} stays inside. */
export interface Refusal {
  readonly status: (typeof statuses)[keyof typeof statuses] | 500
  readonly error: { readonly code: string; readonly problem: string; readonly fix: string }
}

/** Puts anything that was thrown into the form of the API's errors. */
export function refusalOf(thrown: unknown): Refusal {
  const { code, problem, fix } = thrown instanceof LabelwrightError ? thrown : unexpected
  const status = Object.hasOwn(statuses, code) ? statuses[code as keyof typeof statuses] : 500
  return { status, error: { code, problem, fix } }
}

const unexpected = new LabelwrightError(
  'internal',
  'Something broke on the server.',
  'Look at the terminal in which it runs; answers that were acknowledged are safe.',
)
