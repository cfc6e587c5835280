import type { TaxonomyLevel } from '../../core/taxonomy.ts'
import type { Mention } from './name-finder.ts'

/** What the captions of an open dataset say about one class. */
export interface ClassRetrieval {
  readonly name: string
  /** The name and the aliases, with the number of captions that use each. */
  readonly names: readonly { readonly name: string; readonly captions: number }[]
  /** The most used of them: what a model that learned from such captions knows the class by. */
  readonly promptName: string
  /** Captions that stand for the class. */
  readonly hits: number
  /** Captions that name the class, and stand for another or none because they name several. */
  readonly ambiguous: number
  /** Hits that are not similar enough. */
  readonly distant: number
  readonly kept: number
  /** There may be more of it than were kept. */
  readonly atCap: boolean
}

/** Counts what becomes of the mentions of each class. */
export interface Tally {
  /** @param label - The class that the caption stands for, or -1. */
  mentioned(mentions: readonly Mention[], label: number): void
  distant(label: number): void
  /** @param kept - Items kept of each class, shape `[k]`. */
  classes(kept: readonly number[], perClass: number): ClassRetrieval[]
}

export function makeTally({ classes }: TaxonomyLevel): Tally {
  const counts = classes.map(({ name, aliases = [] }) => {
    const names = [name, ...aliases].map((spelling) => ({ name: spelling, captions: 0 }))
    return { name, names, hits: 0, ambiguous: 0, distant: 0 }
  })
  return {
    mentioned: (mentions, label) => {
      for (const [classIndex, ofClass] of Map.groupBy(mentions, ({ classIndex }) => classIndex)) {
        const count = counts[classIndex]!
        for (const name of new Set(ofClass.map((mention) => mention.name))) count.names[name]!.captions++
        if (classIndex === label) count.hits++
        else count.ambiguous++
      }
    },
    distant: (label) => void counts[label]!.distant++,
    classes: (kept, perClass) =>
      counts.map((count, y) => {
        const promptName = count.names.reduce((best, other) => (other.captions > best.captions ? other : best)).name
        return { ...count, promptName, kept: kept[y]!, atCap: kept[y]! >= perClass }
      }),
  }
}
