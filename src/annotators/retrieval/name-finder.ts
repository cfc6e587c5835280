import { foldName, type TaxonomyLevel } from '../../core/taxonomy.ts'

/** A class that a caption names. */
export interface Mention {
  readonly classIndex: number
  /** Which of its names: 0 is that of the class, then its aliases. */
  readonly name: number
  /** Where the name begins, and where it ends: words of the caption, half-open. */
  readonly from: number
  readonly to: number
}

/** Finds mentions in a caption, in its order. */
export type NameFinder = (caption: string) => Mention[]

interface Spelling {
  readonly words: readonly string[]
  readonly classIndex: number
  readonly name: number
}

/**
 * Makes a function that finds the names and aliases of a level's classes in captions: whole words, ignoring case, accents and punctuation,
 * in the singular as written or in its English plural. Where names overlap, the longest stands: `bulldog` is not named by an American bulldog.
 * A spelling that two classes share names none, but a name goes before another's plural.
 */
export function makeNameFinder({ classes }: TaxonomyLevel): NameFinder {
  const byFirstWord = new Map<string, Spelling[]>()
  for (const [folded, { classIndex, name }] of spellingsOf(classes)) {
    if (classIndex < 0) continue
    const words = folded.split(' ')
    byFirstWord.set(words[0]!, [...(byFirstWord.get(words[0]!) ?? []), { words, classIndex, name }])
  }
  return (caption) => {
    const words = foldCaption(caption).split(' ')
    const found: Mention[] = []
    words.forEach((word, from) => {
      for (const spelling of byFirstWord.get(word) ?? []) {
        if (spelling.words.some((part, i) => words[from + i] !== part)) continue
        const { classIndex, name } = spelling
        found.push({ classIndex, name, from, to: from + spelling.words.length })
      }
    })
    return found.length < 2 ? found : longestOnly(found, words)
  }
}

/** Whose name each folded spelling is; -1 where several classes have it. */
function spellingsOf(classes: TaxonomyLevel['classes']): Map<string, { classIndex: number; name: number }> {
  const named = classes.flatMap((node, classIndex) =>
    [node.name, ...(node.aliases ?? [])].map((text, name) => ({ text: foldName(text), classIndex, name })),
  )
  const names = unshared(named.filter(({ text }) => text !== ''))
  const plurals = unshared(
    named.flatMap(({ text, ...of }) => pluralsOf(text).map((plural) => ({ text: plural, ...of }))),
  )
  return new Map([...plurals, ...names])
}

function unshared(named: readonly { text: string; classIndex: number; name: number }[]) {
  const owners = new Map<string, { classIndex: number; name: number }>()
  for (const { text, classIndex, name } of named) {
    const owner = owners.get(text)
    if (!owner) owners.set(text, { classIndex, name })
    else if (owner.classIndex !== classIndex) owners.set(text, { classIndex: -1, name })
  }
  return owners
}

/** Names that end in a Latin letter only; nothing irregular, and no singular of a plural name, which makes `new` of `news`. */
function pluralsOf(name: string): string[] {
  if (!/[a-z]$/.test(name)) return []
  if (/[^aeiou ]y$/.test(name)) return [`${name.slice(0, -1)}ies`]
  if (/(s|x|z|ch|sh)$/.test(name)) return [`${name}es`]
  return [`${name}s`, ...(/fe?$/.test(name) ? [name.replace(/fe?$/, 'ves')] : [])]
}

/** As {@link foldName}, twice as fast for most captions. */
function foldCaption(caption: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII begins with controls.
  if (!/^[\x00-\x7f]*$/.test(caption)) return foldName(caption)
  return caption
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}

function longestOnly(found: readonly Mention[], words: readonly string[]): Mention[] {
  const lengthOf = ({ from, to }: Mention): number => words.slice(from, to).join(' ').length
  const kept: Mention[] = []
  for (const mention of found.toSorted((a, b) => lengthOf(b) - lengthOf(a) || a.from - b.from)) {
    if (kept.every(({ from, to }) => mention.to <= from || to <= mention.from)) kept.push(mention)
  }
  return kept.toSorted((a, b) => a.from - b.from)
}
