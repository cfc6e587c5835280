import type { CaptionChunk } from './caption-file.ts'
import type { OpenedIndex } from './caption-index.ts'
import type { Mention, NameFinder } from './name-finder.ts'

/** A caption that names a class, the i-th of its chunk. */
export interface Sighting {
  readonly chunk: CaptionChunk & { readonly file: number }
  readonly i: number
  /** At least one, in the order of the caption. */
  readonly mentions: readonly Mention[]
}

/** What becomes of a caption that names several classes: nothing, or it stands for the class that it names first. */
export type Ambiguous = 'drop' | 'first'

/**
 * Searches an index.
 *
 * @param onChunk - Told of every chunk after it was searched.
 * @yields {Sighting} Every caption that names a class, in the order of the index.
 */
export async function* sightings(
  index: OpenedIndex,
  find: NameFinder,
  onChunk: (chunk: CaptionChunk) => void,
): AsyncGenerator<Sighting> {
  for await (const chunk of index.chunks()) {
    for (const [i, caption] of chunk.captions.entries()) {
      const mentions = caption === null ? [] : find(caption)
      if (mentions.length > 0) yield { chunk, i, mentions }
    }
    onChunk(chunk)
  }
}

/** The class that a caption stands for, or -1. */
export function labelOf(mentions: readonly Mention[], ambiguous: Ambiguous): number {
  const first = mentions[0]!.classIndex
  const agree = mentions.every(({ classIndex }) => classIndex === first)
  return agree || ambiguous === 'first' ? first : -1
}
