import { foldName } from '../../../core/taxonomy.ts'
import type { Found } from './reading.ts'

const shortestMention = 3
/** Longer names are not looked for in prose, so that reading stays quick whatever the classes are called. */
const mostWords = 12
const doubts =
  / (?:not|no|nor|neither|never|none|without|cannot|\p{L}+n t|rather than|instead of|other than|anything but|far from|hardly|unlikely|wrong|or|either|ignore|ignoring|disregard) /u

/**
 * Makes the finder of the classes that a text mentions, each once, by their first mention. The longest name wins, so that "honey bee" is
 * no mention of "bee"; a name next to a number ("A340-300/500") is another name. A text that denies or doubts anything besides mentions
 * nothing.
 */
export function makeMentionFinder(spellings: ReadonlyMap<string, Found | null>): (text: string) => readonly Found[] {
  const foundAt = (words: readonly string[], at: number, length: number): Found | undefined => {
    const phrase = words.slice(at, at + length).join(' ')
    const found = phrase.length >= shortestMention ? spellings.get(phrase) : undefined
    if (!found) return undefined
    const number = /^\p{N}/u.test(words[at + length] ?? '') && /\p{N}$/u.test(phrase)
    return number && found.match !== 'finer' ? undefined : found
  }

  return (text) => {
    const words = foldName(text).split(' ')
    const mentions = new Map<number, Found>()
    const rest: string[] = []
    for (let at = 0; at < words.length;) {
      let length = Math.min(mostWords, words.length - at)
      while (length > 0 && !foundAt(words, at, length)) length--
      const found = foundAt(words, at, length)
      if (found && !mentions.has(found.index)) mentions.set(found.index, found)
      rest.push(found ? '|' : words[at]!)
      at += Math.max(1, length)
    }
    return doubts.test(` ${rest.join(' ')} `) ? [] : [...mentions.values()]
  }
}
