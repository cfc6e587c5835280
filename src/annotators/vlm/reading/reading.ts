import type { Answer } from '../../../core/answer.ts'

/** An answer, and how it was found in the reply. */
export interface Reading {
  readonly answer: Answer
  readonly rule: Rule
}

/** Where in the reply the name stood, and how it was matched: `json/exact`, `prose/nearest`; `unread` where there was no answer. */
export type Rule = `${Form}/${Match}` | 'unread'

/**
 * - `json`: the reply was JSON, as asked for.
 * - `fenced`: JSON within fences or other text, or broken around it.
 * - `line`: the reply, its last line, or what follows `Label:`.
 * - `prose`: a mention within sentences.
 * - `tokens`: the probabilities of the reply's tokens.
 * - `steps`: several replies were put together.
 */
export type Form = 'json' | 'fenced' | 'line' | 'prose' | 'tokens' | 'steps'

/**
 * - `exact`: the name, ignoring case. `folded`: ignoring accents and punctuation, too. `alias`: another spelling that the class lists.
 * - `finer`: a class below the one it was taken for. `nearest`: a misspelling of one name and no other. `outside`: no name at all.
 * - `agreed`: the answers of several replies were counted.
 */
export type Match = 'exact' | 'folded' | 'alias' | 'finer' | 'nearest' | 'outside' | 'agreed'

/** The way out for a model that finds no class fitting. */
export const noneOption = 'none of these'

/** A class by its place in the vocabulary, and how its name was matched. */
export interface Found {
  readonly index: number
  readonly match: Match
}

const surestFirst: readonly Match[] = ['exact', 'folded', 'alias', 'finer', 'nearest', 'outside']

/** The most doubtful of several matches; `exact` for none. */
export function mostDoubtful(matches: readonly Match[]): Match {
  return surestFirst.findLast((match) => matches.includes(match)) ?? 'exact'
}
