import { row, type Matrix } from '../tensor/matrix.ts'

/** Per item: the fine classes that trusted annotators have ruled out, where its class is not settled. */
export type Denials = ReadonlyMap<number, ReadonlySet<number>>

export const noDenials: Denials = new Map()

/** The items of which people have settled the class, or ruled some out, in order. */
export function knownRows(trusted: Int32Array, denied: Denials): Int32Array {
  return Int32Array.from(trusted.keys()).filter((i) => trusted[i]! >= 0 || denied.has(i))
}

/** Takes from each item the classes that people have ruled out, in place; the others share what they had. */
export function excludeDenied(probs: Matrix, denied: Denials): void {
  for (const [i, classes] of denied) {
    const held = row(probs, i)
    held.set(shareAllowed(held.length, classes, (y) => held[y]!))
  }
}

/**
 * What is known of the class of an item before any other annotator is heard: a share per class, shape `[k]`, summing to 1.
 *
 * @param weightOf - How likely each class is beforehand; ruled out classes get nothing of it.
 */
export function shareAllowed(k: number, denied: ReadonlySet<number>, weightOf: (y: number) => number): Float64Array {
  const shares = Float64Array.from({ length: k }, (_, y) => (denied.has(y) ? 0 : weightOf(y)))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share, y) => (sum > 0 ? share / sum : denied.has(y) ? 0 : 1 / (k - denied.size)))
}
