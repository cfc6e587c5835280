import { permutation } from '../core/rng.ts'
import { checkPool } from './check-pool.ts'
import { lineCount, lineUp, openItems, type ClassLine } from './class-line.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'

/** Two places with labels on different sides of the class, and none between. */
type Cut = readonly [from: number, to: number]

/**
 * GALAXY: for a class drawn at random, the pool is lined up by how much it looks like that class; the cuts, where labels change from the class
 * to others or back, are narrowed by bisection, the shortest first; once all are narrow, the items next to them are asked about. Finds rare
 * classes, as every class gets its turns.
 *
 * The paper asks one item at a time. Here the answers of the batch are still open: an item chosen already makes no cut, and the next one in
 * the same cut is the middle of its longest stretch of items not chosen. Cuts count in both directions. Random before there are labels.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @see Zhang, Katz-Samuels, Nowak, GALAXY: Graph-based Active Learning at the Extreme, ICML 2022 (arXiv:2202.01402).
 */
export const galaxy: QueryStrategy = (pool, batchSize, rng) => {
  checkPool(pool, 'predProbs')
  const { predProbs, candidates, labels } = pool
  const isOpen = openItems(candidates, labels.length)
  const graphs: ({ items: Int32Array; cuts: Cut[] } | undefined)[] = Array(lineCount(predProbs.cols)).fill(undefined)
  const shuffled = permutation(candidates.length, rng)
  let next = 0
  const chosen = new Int32Array(batchOf(candidates, batchSize))
  for (let pick = 0; pick < chosen.length; pick++) {
    const k = rng.below(graphs.length)
    const { items, cuts } = (graphs[k] ??= graphOf(lineUp(pool, k)))
    let item = bisect(items, cuts, isOpen) ?? nextToCut(items, cuts, isOpen)
    while (item === null) {
      const drawn = candidates[shuffled[next++]!]!
      if (isOpen[drawn]) item = drawn
    }
    chosen[pick] = item
    isOpen[item] = 0
  }
  return chosen
}

function graphOf({ items, marks }: ClassLine): { items: Int32Array; cuts: Cut[] } {
  const cuts: Cut[] = []
  let last = -1
  for (let place = 0; place < marks.length; place++) {
    if (marks[place] === 0) continue
    if (last >= 0 && marks[place] !== marks[last]) cuts.push([last, place])
    last = place
  }
  return { items, cuts }
}

/** In the cut with the fewest open items, though not none: the middle of its longest stretch of them. */
function bisect(items: Int32Array, cuts: readonly Cut[], isOpen: Uint8Array): number | null {
  let fewest = Infinity
  let middle: number | null = null
  for (const [from, to] of cuts) {
    let open = 0
    let run = 0
    let longest = 0
    let end = -1
    for (let place = from + 1; place < to; place++) {
      run = isOpen[items[place]!] ? run + 1 : 0
      if (run > 0) open++
      if (run > longest) [longest, end] = [run, place]
    }
    if (open === 0 || open >= fewest) continue
    fewest = open
    middle = items[end - (longest >> 1)]!
  }
  return middle
}

/** The open item nearest to a cut on either side; null where there is no cut. */
function nextToCut(items: Int32Array, cuts: readonly Cut[], isOpen: Uint8Array): number | null {
  let best: number | null = null
  let nearest = Infinity
  for (const [from, to] of cuts) {
    for (let gap = 1; gap < nearest && (from - gap >= 0 || to + gap < items.length); gap++) {
      const found = [items[from - gap], items[to + gap]].find((item) => item !== undefined && isOpen[item])
      if (found === undefined) continue
      best = found
      nearest = gap
    }
  }
  return best
}
