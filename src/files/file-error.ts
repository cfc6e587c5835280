import { LabelwrightError, messageOf } from '../core/error.ts'

/** Says in words why a file could not be read: `file-not-found`, or `unreadable-file` for everything else. */
export function fileError(path: string, cause: unknown): LabelwrightError {
  if (errorCode(cause) === 'ENOENT') {
    return new LabelwrightError('file-not-found', `There is no file ${path}.`, 'Check the spelling of the path.', {
      cause,
    })
  }
  return new LabelwrightError(
    'unreadable-file',
    `${path} cannot be read: ${messageOf(cause)}.`,
    'Give the path of a file that you may read.',
    { cause },
  )
}

/** The operating system's name of a problem, such as `ENOENT`. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
