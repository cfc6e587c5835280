import { descendingOrder } from './descending-order.ts'
import type { PoolView } from './query-strategy.ts'

/** The pool in the order of how much each item looks like one class, most first. */
export interface ClassLine {
  /** Candidates and labelled items. */
  readonly items: Int32Array
  /** 1 for a label of the class, -1 for another one, 0 for a candidate. */
  readonly marks: Int8Array
}

/** Orders the items that are taken for the class by how sure that is, too little to move them past others. */
const confidence = 1e-8

/**
 * Lines the pool up for one class by `p_class - max p + 1e-8 · max p`, ties by index: those taken for the class come first, surest first; then
 * the others, nearest to being taken for it first.
 */
export function lineUp({ predProbs, candidates, labels }: PoolView, classIndex: number): ClassLine {
  const isOpen = openItems(candidates, labels.length)
  const nodes = labels.map((_, item) => item).filter((item) => isOpen[item] || labels[item]! >= 0)
  const { data, cols } = predProbs
  const scores = new Float32Array(nodes.length)
  for (let at = 0; at < nodes.length; at++) {
    const start = nodes[at]! * cols
    let max = data[start]!
    for (let j = start + 1; j < start + cols; j++) if (data[j]! > max) max = data[j]!
    scores[at] = data[start + classIndex]! - max + confidence * max
  }
  const items = descendingOrder(scores)
  const marks = new Int8Array(items.length)
  for (let at = 0; at < items.length; at++) {
    const item = (items[at] = nodes[items[at]!]!)
    marks[at] = isOpen[item] ? 0 : labels[item] === classIndex ? 1 : -1
  }
  return { items, marks }
}

/** How many lines there are: those of two classes are mirror images. */
export function lineCount(classes: number): number {
  return classes === 2 ? 1 : classes
}

/** 1 where an item may be asked about, shape `[n]`. */
export function openItems(candidates: Int32Array, n: number): Uint8Array {
  const isOpen = new Uint8Array(n)
  for (let place = 0; place < candidates.length; place++) isOpen[candidates[place]!] = 1
  return isOpen
}
