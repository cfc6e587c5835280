import type { z } from 'zod'
import { LabelwrightError } from '../core/error.ts'
import type { BrokenDocument, ConfigDocument, ConfigPath } from './config-document.ts'

type Issue = z.core.$ZodIssue

interface Problem {
  readonly line: number
  readonly column: number
  readonly says: string
}

/** People paste keys and passwords here. */
const neverQuoted: ReadonlySet<unknown> = new Set(['endpoint', 'apiKeyEnv'])
const longestQuote = 60

/** One error for everything that a schema found in the file, in the order of its lines. */
export function configError(file: string, document: ConfigDocument, issues: readonly Issue[]): LabelwrightError {
  return badConfig(
    file,
    issues.flatMap((issue) => problemsOf(issue, [], document)),
  )
}

/** One error for a file that is no YAML. */
export function brokenConfigError(file: string, broken: readonly BrokenDocument[]): LabelwrightError {
  return badConfig(
    file,
    broken.map(({ why, ...at }) => ({ ...at, says: `${why}.` })),
  )
}

function badConfig(file: string, problems: readonly Problem[]): LabelwrightError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const listed = sorted.map(({ line, column, says }) => `${file}:${line}:${column}: ${says}`)
  return new LabelwrightError('bad-config', listed.join('\n'), 'Correct the file, then run the command again.')
}

function problemsOf(issue: Issue, above: ConfigPath, document: ConfigDocument): Problem[] {
  const path = [...above, ...(issue.path as ConfigPath)]
  if (issue.code === 'invalid_union') {
    // Of several forms, the one that the value goes further into is the one that was meant.
    const meant = issue.errors.filter((branch) => branch.some((deeper) => deeper.path.length > 0))
    if (meant.length === 1) return meant[0]!.flatMap((deeper) => problemsOf(deeper, path, document))
  }
  if (issue.code === 'unrecognized_keys') {
    const advice = issue.message.split('\n')
    return issue.keys.map((key, i) => {
      const { line, column } = document.placeOf([...path, key], 'key')
      return { line, column, says: sentence(`${pathText([...path, key])} means nothing here: ${advice[i]}`) }
    })
  }
  const place = document.placeOf(path, 'value')
  const { line, column } = place
  const subject = pathText(place.path)
  const isRefinement = issue.code === 'custom'
  const says = isRefinement ? issue.message : `${findingOf(place.path, place.found)}: write ${issue.message}`
  return [{ line, column, says: sentence(`${subject} ${says}`) }]
}

function findingOf(path: ConfigPath, found: unknown): string {
  if (found === undefined || found === null) return path.length === 0 ? 'is empty' : 'is missing'
  if (Array.isArray(found)) return 'is a list'
  if (typeof found === 'object') return 'is a mapping'
  if (neverQuoted.has(path.at(-1))) return 'cannot be used'
  const quote = typeof found === 'string' ? JSON.stringify(found) : String(found as number | boolean)
  return `is ${quote.length > longestQuote ? `${quote.slice(0, longestQuote)}…` : quote}`
}

/** A path as people write it, e.g. `annotators[1].price`. */
function pathText(path: ConfigPath): string {
  if (path.length === 0) return 'The file'
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`
      return /^[\p{L}\p{N}_-]+$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
    })
    .join('')
    .replace(/^\./, '')
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`
}
