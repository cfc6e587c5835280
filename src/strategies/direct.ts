import { permutation } from '../core/rng.ts'
import { checkPool } from './check-pool.ts'
import { lineCount, lineUp, openItems } from './class-line.ts'
import { batchOf, type QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

export interface DirectOptions {
  /**
   * What `perClass` limits in the first half of the batch. `cap`: every class gets an equal share, but no more than this, as in the authors'
   * code. `floor`: no class gets less than this; where the batch is too small, the rarest classes get it and the others nothing. Default `cap`.
   */
  readonly limit?: 'cap' | 'floor'
  /** Default 60. */
  readonly perClass?: number
}

/**
 * DIRECT: for each class, the pool is lined up by how much it looks like it. Half of the batch is drawn uniformly from where the boundary may
 * lie; the rest is asked outward from the threshold that contradicts the fewest labels, in equal shares, so that a single wrong label draws no
 * attention of its own.
 *
 * The paper narrows the interval with the answers as they come. Here those of the batch are still open, so that it stays where earlier labels
 * leave it. Random before there are labels.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-probability`: see `checkPool`.
 * @see Nuggehalli, Zhang, Jain, Nowak, DIRECT: Deep Active Learning under Imbalance and Label Noise, 2023 (arXiv:2312.09196).
 */
export const direct: QueryStrategy = makeDirect()

/** {@link direct} with other options. */
export function makeDirect({ limit = 'cap', perClass = 60 }: DirectOptions = {}): QueryStrategy {
  return (pool, batchSize, rng) => {
    checkPool(pool, 'predProbs')
    const { predProbs, candidates, labels } = pool
    const size = batchOf(candidates, batchSize)
    if (size === 0 || labels.every((label) => label < 0)) return random(pool, batchSize, rng)
    const isOpen = openItems(candidates, labels.length)
    const chosen: number[] = []
    const choose = (item: number): void => {
      chosen.push(item)
      isOpen[item] = 0
    }

    const lines = lineCount(predProbs.cols)
    const share = Math.floor(size / (2 * lines))
    const each = limit === 'cap' ? Math.min(share, perClass) : Math.max(share, perClass)
    const rarestFirst = byLabelled(labels, lines)
    const probed = limit === 'cap' ? rarestFirst : rarestFirst.slice(0, Math.floor(size / (2 * each)))
    // A line is made when it is needed, and again in the second half: those of a thousand classes would fill the memory.
    for (const k of each > 0 ? probed.toReversed() : []) {
      const { items, marks } = lineUp(pool, k)
      const [from, to] = possibleBoundary(marks)
      const open = items.subarray(from, to + 1).filter((item) => isOpen[item])
      for (const place of permutation(open.length, rng).subarray(0, each)) choose(open[place]!)
    }
    for (const [turn, k] of permutation(lines, rng).entries()) {
      let left = Math.floor((size - chosen.length) / (lines - turn))
      if (left === 0) continue
      const { items, marks } = lineUp(pool, k)
      for (const item of outward(items, bestThreshold(marks))) {
        if (left === 0) break
        if (!isOpen[item]) continue
        choose(item)
        left--
      }
    }
    return Int32Array.from(chosen)
  }
}

/** The first `classes` classes, that with the fewest labels first. */
function byLabelled(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes)
  for (const label of labels) if (label >= 0 && label < classes) counts[label]!++
  return Int32Array.from(counts.keys()).sort((a, b) => counts[a]! - counts[b]! || a - b)
}

/** From the last of the class before any other to the first other after all of the class; to the ends of the line where there is none. */
function possibleBoundary(marks: Int8Array): [from: number, to: number] {
  let from = 0
  let to = marks.length - 1
  for (let place = 0; place < marks.length && marks[place] !== -1; place++) if (marks[place] === 1) from = place
  for (let place = marks.length - 1; place >= 0 && marks[place] !== 1; place--) if (marks[place] === -1) to = place
  return [from, to]
}

/**
 * How many leading items to take for the class, such that the fewest labels disagree; the smallest such number.
 *
 * @param marks - 1 for a label of the class, -1 for another one, 0 for none.
 */
export function bestThreshold(marks: Int8Array): number {
  let score = 0
  let best = 0
  let threshold = 0
  for (let place = 0; place < marks.length; place++) {
    score += marks[place]!
    if (score <= best) continue
    best = score
    threshold = place + 1
  }
  return threshold
}

/** @yields {number} The items in turn before and after the threshold, nearest first. */
function* outward(items: Int32Array, threshold: number): Generator<number> {
  for (let gap = 0; gap < items.length; gap++) {
    if (threshold - 1 - gap >= 0) yield items[threshold - 1 - gap]!
    if (threshold + gap < items.length) yield items[threshold + gap]!
  }
}
