import type { Answer } from '../../core/answer.ts'
import { classIndex, foldName, type TaxonomyLevel } from '../../core/taxonomy.ts'
import { endsInLoop, findJsonLabel, isBrokenJson, lastLine, soundsLikeRefusal, withoutThinking } from './reply-text.ts'
import { noneOption } from './prompt.ts'

/** An answer, and how it was found in the reply. */
export interface Reading {
  readonly answer: Answer
  /**
   * - `json`: the reply was JSON, as asked for.
   * - `embedded`: JSON within other text, or broken JSON.
   * - `name`: the reply, its last line, or what follows `Label:`, is a name.
   * - `mention`: the reply's prose names one class only.
   * - `nothing`: not at all; the answer abstains or is outside.
   */
  readonly via: 'json' | 'embedded' | 'name' | 'mention' | 'nothing'
}

/** Reads a model's reply. Never throws: a reply is data, and may be anything. */
export type ReplyParser = (reply: { readonly text: string; readonly finishReason: string }) => Reading

// A looping model can send megabytes; a label is found early or at the end.
const longestRead = 20_000
const longestQuote = 200
const shortestMention = 3

/**
 * Makes the reader of replies about one level's classes. A name counts if it is a class or an alias, whatever its case and punctuation; a
 * name that is none of them becomes `outside`, never the class that looks closest.
 */
export function makeParser(level: TaxonomyLevel): ReplyParser {
  const indexOf = classIndex(level)
  const findMentions = makeMentionFinder(level, indexOf)

  const readName = (name: string, via: Reading['via']): Reading => {
    const index = indexOf(name)
    if (index >= 0) return { answer: { kind: 'label', label: level.classes[index]!.name }, via }
    if (isNone(name)) return { answer: { kind: 'abstain', reason: noneOption }, via }
    if (foldName(name) === '') return unread('empty reply')
    if (endsInLoop(name)) return unread('repeats itself')
    if (soundsLikeRefusal(name)) return unread('refused')
    return { answer: { kind: 'outside', said: quote(name) }, via }
  }

  return ({ text, finishReason }) => {
    if (finishReason === 'content-filter') return unread('refused')
    const said = withoutThinking(text).slice(0, longestRead)
    const json = findJsonLabel(said)
    if (json) return readName(json.label, json.via)
    if (endsInLoop(said)) return unread('repeats itself')
    // What is cut off may go on as "moth mimic": only a closed JSON string is sure to be complete.
    if (finishReason === 'length') return unread('cut off')
    if (said.trim() === '') return unread('empty reply')
    if (isBrokenJson(said)) return unread('broken JSON')
    const named = [said, lastLine(said)].find((name) => indexOf(name) >= 0 || isNone(name))
    if (named !== undefined) return readName(named, 'name')
    if (soundsLikeRefusal(said)) return unread('refused')
    if (/ none of (these|the above|them) /.test(` ${foldName(said)} `)) return readName(noneOption, 'mention')
    const [mentioned, ...others] = findMentions(said)
    if (mentioned !== undefined && others.length === 0) return readName(mentioned, 'mention')
    return { answer: { kind: 'outside', said: quote(said) }, via: 'nothing' }
  }
}

function unread(reason: string): Reading {
  return { answer: { kind: 'abstain', reason }, via: 'nothing' }
}

function isNone(name: string): boolean {
  return /^none( of (these|the above|them))?$/.test(foldName(name))
}

/** A short piece of what was said, without characters that a database may refuse. */
function quote(text: string): string {
  return text
    .trim()
    .slice(0, longestQuote)
    .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
}

/** Finds the class names in prose, longest first, so that "honey bee" is no mention of "bee". A text that denies anything mentions nothing. */
function makeMentionFinder(
  level: TaxonomyLevel,
  indexOf: (name: string) => number,
): (text: string) => readonly string[] {
  const spellings = level.classes
    .flatMap(({ name, aliases }) =>
      [name, ...(aliases ?? [])].map((spelling) => ({ name, folded: foldName(spelling) })),
    )
    .filter(({ folded }) => folded.length >= shortestMention && indexOf(folded) >= 0)
    .toSorted((a, b) => b.folded.length - a.folded.length)
  return (text) => {
    let rest = ` ${foldName(text)} `
    if (/ (not|no|nor|neither|never|none|without|isn t|doesn t|rather than|instead of) /.test(rest)) return []
    const found = new Set<string>()
    for (const { name, folded } of spellings) {
      if (!rest.includes(` ${folded} `)) continue
      found.add(name)
      rest = rest.replaceAll(` ${folded} `, ' | ')
    }
    return [...found]
  }
}
