import type { Denials } from '../channels/known.ts'
import { classMembers, type Taxonomy } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'

/**
 * What trusted verdicts (`verify`) say: a yes rules out every class that the asked one does not hold, a no those that it holds. Where only one
 * class is left it is the item's label, written into `trusted`; where none is left the verdicts contradict each other and count for nothing.
 *
 * @param trusted - Class of each item that `classify` answers settled, shape `[n]`, -1 elsewhere; changed in place.
 */
export function hearVerdicts(
  ledger: readonly LedgerEntry[],
  taxonomy: Taxonomy,
  trustedIds: ReadonlySet<string>,
  trusted: Int32Array,
): Denials {
  const membersOf = classMembers(taxonomy)
  const denied = new Map<number, Set<number>>()
  for (const { annotator, item, question, answer } of ledger) {
    if (question.kind !== 'verify' || answer.kind !== 'verdict' || !trustedIds.has(annotator)) continue
    const members = membersOf(question.label)
    if (trusted[item]! >= 0 || members.size === 0) continue
    const classes = denied.get(item) ?? new Set()
    for (let y = 0; y < taxonomy.k; y++) if (members.has(y) !== answer.approved) classes.add(y)
    denied.set(item, classes)
  }
  for (const [item, classes] of denied) {
    const left = taxonomy.k - classes.size
    if (left > 1) continue
    denied.delete(item)
    if (left === 1) trusted[item] = [...Array(taxonomy.k).keys()].find((y) => !classes.has(y))!
  }
  return denied
}
