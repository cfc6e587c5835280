import type { Answer } from '../core/answer.ts'
import { classIndex, type TaxonomyLevel } from '../core/taxonomy.ts'

/** What a recorded cell says, or why it cannot be used. */
export type RecordedAnswer =
  | { readonly kind: 'read'; readonly answer: Answer; readonly outside: boolean }
  | { readonly kind: 'unreadable'; readonly why: string }

/** The reason of an abstention that stands for a lost or refused answer. */
export const nothingRecorded = 'no answer recorded'

/** The reading of an empty cell. */
export const abstention: RecordedAnswer = {
  kind: 'read',
  answer: { kind: 'abstain', reason: nothingRecorded },
  outside: false,
}

/**
 * Makes the reader of recorded answers to "which class of this level?": a label, a ranked list of labels, probabilities by label, or
 * nothing; lists and objects as JSON values or as their text.
 *
 * Of a ranked list, the names outside the taxonomy are passed over: the best name inside is what the annotator would have said under the
 * constraint, and the channel measures how far it can be believed. The reading's `outside` says whether the first name was none of ours.
 */
export function makeAnswerReader(level: TaxonomyLevel): (cell: unknown, confidence?: number) => RecordedAnswer {
  const indexOf = classIndex(level)
  const named = (name: string): string | undefined => level.classes[indexOf(name)]?.name

  const readList = (list: readonly unknown[], confidence?: number): RecordedAnswer => {
    const said = list.filter((entry) => entry !== null && entry !== '').map(String)
    if (said.length === 0) return abstention
    const [label, ...alternatives] = new Set(said.map(named).filter((name) => name !== undefined))
    const outside = named(said[0]!) === undefined
    if (label === undefined) return read({ kind: 'outside', said: said[0]! }, outside)
    if (confidence !== undefined && !isProbability(confidence)) return noProbability(confidence, label)
    const sure = confidence === undefined || outside ? {} : { confidence }
    return read({ kind: 'label', label, ...(alternatives.length > 0 && { alternatives }), ...sure }, outside)
  }

  const readProbabilities = (given: Readonly<Record<string, unknown>>): RecordedAnswer => {
    const entries = Object.entries(given)
    if (entries.length === 0) return abstention
    const probabilities = new Map<string, number>()
    for (const [name, probability] of entries) {
      if (!isProbability(probability)) return noProbability(probability, name)
      const label = named(name)
      if (label !== undefined) probabilities.set(label, (probabilities.get(label) ?? 0) + probability)
    }
    if (probabilities.size === 0) return read({ kind: 'outside', said: entries[0]![0] }, true)
    return read({ kind: 'distribution', probabilities: Object.fromEntries(probabilities) })
  }

  return (cell, confidence) => {
    const said = parsed(cell, named)
    if (said === null || said === undefined || said === '') return abstention
    if (Array.isArray(said)) return readList(said, confidence)
    if (typeof said === 'object') return readProbabilities(said as Record<string, unknown>)
    return confidence === undefined
      ? readList([said])
      : readProbabilities({ [`${said as string | number | boolean}`]: confidence })
  }
}

function read(answer: Answer, outside = false): RecordedAnswer {
  return { kind: 'read', answer, outside }
}

/** The cell itself, or the JSON value that its text holds; a class that happens to be called `null` is a class. */
function parsed(cell: unknown, named: (name: string) => string | undefined): unknown {
  if (typeof cell !== 'string') return cell
  const text = cell.trim()
  if (named(text) !== undefined || !/^([[{"]|null$)/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function noProbability(said: unknown, name: string): RecordedAnswer {
  return { kind: 'unreadable', why: `${JSON.stringify(said)} for "${name}" is no probability from 0 to 1` }
}

function isProbability(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}
