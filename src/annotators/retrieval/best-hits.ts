import type { RetrievedItem } from './retrieved-item.ts'

/** An item with what ranks it where there are no embeddings, or equally similar ones. */
export interface Hit {
  readonly item: RetrievedItem
  /** Characters of its caption: a short one is about the class that it names. */
  readonly length: number
  /** Word of the caption that the name begins at. */
  readonly at: number
}

/** The best hits of one class so far: at most `limit` of them count, and of equal sources one. */
export interface BestHits {
  add(hit: Hit): void
  /** Best first. */
  ranked(): readonly Hit[]
}

export function makeBestHits(limit: number): BestHits {
  let hits: Hit[] = []
  const trim = (): void => {
    const sources = new Set<string>()
    hits = hits
      .toSorted(byRank)
      .filter(({ item: { source } }) => !sources.has(source) && sources.add(source))
      .slice(0, limit)
  }
  return {
    add: (hit) => {
      // Sorting seldom costs a hit less than keeping a heap, and twice the limit is little.
      if (hits.push(hit) >= 2 * limit + 64) trim()
    },
    ranked: () => {
      trim()
      return hits
    },
  }
}

/** Similar ones first, then short captions, then early names, then the order of the index. */
export function byRank(a: Hit, b: Hit): number {
  const [similar, than] = [a.item.similarity ?? -Infinity, b.item.similarity ?? -Infinity]
  if (similar !== than) return than - similar
  return a.length - b.length || a.at - b.at || a.item.file - b.item.file || a.item.row - b.item.row
}
