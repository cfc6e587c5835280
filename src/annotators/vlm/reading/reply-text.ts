import { foldName } from '../../../core/taxonomy.ts'

const longestQuote = 200

/** What a reasoning model thought aloud before its answer is no part of it; some servers leave out the tag that opens it. */
export function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>')
  if (end >= 0) return text.slice(end + '</think>'.length)
  return /^\s*<think>/.test(text) ? '' : text
}

/** What follows `Label:` or the like, on each line that starts so. */
export function labelledLines(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const rest = /^\W*(?:final\s+)?(?:label|class|answer|verdict)\W*[:=](.*)/i.exec(line)?.[1] ?? ''
    return foldName(rest) ? [rest] : []
  })
}

/** The last line with anything on it. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)!
}

/** Whether the text ends in the same few words over and over, as models do that have lost their way. */
export function endsInLoop(text: string): boolean {
  const loops = text.slice(-2000).matchAll(/(\S[\s\S]{0,79}?)\1{5,}/g)
  return Array.from(loops).some(([loop, unit]) => loop.length >= 24 && /[\p{L}\p{N}]/u.test(unit!))
}

/** Whether the text declines to answer, in the words that models decline with. */
export function soundsLikeRefusal(text: string): boolean {
  return /\b(i['’]?m sorry|i am sorry|i apologi[sz]e|as an ai|(can ?not|can['’]?t|unable to|won['’]?t) (assist|help|answer|comply|identify|determine|classify|tell|provide|view|see))\b/i.test(
    text,
  )
}

/** Whether the name says that no class fits. */
export function isNone(name: string): boolean {
  return /^none( of (these|the above|them))?$/.test(foldName(name))
}

/** Whether prose says so. */
export function mentionsNone(text: string): boolean {
  return / none of (these|the above|them) /.test(` ${foldName(text)} `)
}

/** A short piece of what was said, without characters that a database may refuse or that turn round what is shown after them. */
export function quote(text: string): string {
  return text
    .trim()
    .slice(0, longestQuote)
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]+/gu, ' ')
}
