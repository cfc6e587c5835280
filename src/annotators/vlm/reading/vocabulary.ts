import { foldName, type ClassSpec } from '../../../core/taxonomy.ts'
import { makeMentionFinder } from './mention.ts'
import { makeNearestFinder } from './nearest-name.ts'
import type { Found } from './reading.ts'

/** The names that a reply may hold, and the classes that they stand for. */
export interface Vocabulary {
  /** The classes' own names, in their order. */
  readonly names: readonly string[]
  /** The class that is spelled so, ignoring case, accents and punctuation; a name or an alias of its own or of a class below it. */
  readonly spelled: (name: string) => Found | undefined
  /** The only class that such a name is a misspelling of; a guess, if a good one, for names that are not {@link Vocabulary.spelled}. */
  readonly similar: (name: string) => Found | undefined
  /** The classes that a text mentions, each once, ignoring accents and punctuation; none where it denies or doubts anything. */
  readonly mentions: (text: string) => readonly Found[]
}

const longestName = 200

/**
 * Makes the vocabulary of these classes and the finer ones below them. What a class is called itself goes before what a finer class is
 * called; a spelling that two classes share (`C`, `C++`), or that is empty (`++`), names none.
 */
export function makeVocabulary(classes: readonly ClassSpec[]): Vocabulary {
  const spelled = new Map<string, Found | null>()
  const folded = new Map<string, Found | null>()
  for (const [spelling, found] of spellingsOf(classes)) {
    claim(spelled, ignoringCase(spelling), found)
    claim(folded, foldName(spelling), found.match === 'exact' ? { ...found, match: 'folded' } : found)
  }
  folded.delete('')
  const similarIndex = makeNearestFinder(folded)
  return {
    names: classes.map(({ name }) => name),
    spelled: (name) => spelled.get(ignoringCase(name)) ?? folded.get(foldName(name)) ?? undefined,
    similar: (name) => {
      const index = name.length > longestName ? undefined : similarIndex(foldName(name))
      return index === undefined ? undefined : { index, match: 'nearest' }
    },
    mentions: makeMentionFinder(folded),
  }
}

/** The class that a name stands for: spelled so, else a misspelling of it, else the only one that the name mentions. */
export function matchName({ spelled, similar, mentions }: Vocabulary, name: string): Found | undefined {
  const found = spelled(name) ?? similar(name)
  if (found || name.length > longestName) return found
  const [mentioned, ...others] = mentions(name)
  return mentioned && others.length === 0 ? { ...mentioned, match: 'nearest' } : undefined
}

/** Own names first, so that they win. */
function spellingsOf(classes: readonly ClassSpec[]): [string, Found][] {
  const own = classes.flatMap(({ name, aliases = [] }, index): [string, Found][] => [
    [name, { index, match: 'exact' }],
    ...aliases.map((alias): [string, Found] => [alias, { index, match: 'alias' }]),
  ])
  const finer = classes.flatMap((node, index) =>
    namesBelow(node).map((name): [string, Found] => [name, { index, match: 'finer' }]),
  )
  return [...own, ...finer]
}

function namesBelow({ classes = [] }: ClassSpec): string[] {
  return classes.flatMap((node) => [node.name, ...(node.aliases ?? []), ...namesBelow(node)])
}

function claim(spellings: Map<string, Found | null>, key: string, found: Found): void {
  const other = spellings.get(key)
  if (other === undefined) spellings.set(key, found)
  else if (other && other.index !== found.index && (found.match !== 'finer' || other.match === 'finer')) {
    spellings.set(key, null)
  }
}

function ignoringCase(name: string): string {
  return name.trim().toLowerCase()
}
