/**
 * The one error that Labelwright throws on purpose: a problem that names its subject, and the next thing to do.
 *
 * Every `code` is stable, kebab-case and listed in `docs/errors.md`.
 */
export class LabelwrightError extends Error {
  readonly code: string
  /** What happened, naming the subject and the numbers. */
  readonly problem: string
  /** The next thing to do. */
  readonly fix: string

  constructor(code: string, problem: string, fix: string, options?: { readonly cause?: unknown }) {
    super(`${problem} ${fix}`, options)
    this.name = 'LabelwrightError'
    this.code = code
    this.problem = problem
    this.fix = fix
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
