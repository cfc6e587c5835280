import { createReadStream } from 'node:fs'
import { LabelwrightError } from '../core/error.ts'
import { fileError } from '../files/file-error.ts'

const maxLineLength = 1 << 26

/**
 * Reads a UTF-8 file's lines. Only `\n` ends a line (a `\r` before it is left on the line, since it may be part of a quoted cell), so that
 * the line separators which JSON allows inside its strings split nothing. A byte order mark is dropped.
 *
 * @throws {@link LabelwrightError} `file-not-found`, `unreadable-file`, `bad-encoding` or `line-too-long`.
 */
export async function readLines(path: string): Promise<string[]> {
  const lines: string[] = []
  let rest = ''
  try {
    let first = true
    for await (const chunk of createReadStream(path, {
      encoding: 'utf8',
      highWaterMark: 1 << 20,
    }) as AsyncIterable<string>) {
      if (first && chunk.includes('\0')) throw notUtf8(path)
      const text = first && chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk
      first = false
      const lastEnd = text.lastIndexOf('\n')
      if (lastEnd >= 0) {
        for (const line of (rest + text.slice(0, lastEnd)).split('\n')) lines.push(line)
        rest = ''
      }
      rest += text.slice(lastEnd + 1)
      if (rest.length > maxLineLength) throw lineTooLong(path, lines.length + 1)
    }
  } catch (thrown) {
    throw thrown instanceof LabelwrightError ? thrown : fileError(path, thrown)
  }
  if (rest !== '') lines.push(rest)
  return lines
}

/** Whether a text was decoded from bytes that are no UTF-8. */
export function isBroken(text: string): boolean {
  return text.includes('\uFFFD')
}

function notUtf8(path: string): LabelwrightError {
  return new LabelwrightError('bad-encoding', `${path} is not UTF-8 text.`, 'Save it as UTF-8 (in Excel: "CSV UTF-8").')
}

function lineTooLong(path: string, line: number): LabelwrightError {
  return new LabelwrightError(
    'line-too-long',
    `Line ${line} of ${path} is longer than ${maxLineLength} characters.`,
    'Check that the file has one item per line.',
  )
}
