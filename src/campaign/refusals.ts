import { LabelwrightError } from '../core/error.ts'
import { classIndex, classMembers, fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'
import { trustedIds, type Campaign } from './campaign.ts'

/**
 * Questions of somebody who is gone would be waited for without end.
 *
 * @throws {@link LabelwrightError} `orphaned-questions`.
 */
export function refuseOrphans({ annotators }: Campaign, open: ReadonlyMap<string, number>): void {
  for (const [id, count] of open) {
    if (annotators.some((annotator) => annotator.id === id)) continue
    throw new LabelwrightError(
      'orphaned-questions',
      `${count} open questions belong to "${id}", who is no annotator of this project any more.`,
      `Bring the annotator back under the id "${id}" until they are answered.`,
    )
  }
}

/**
 * What people said about classes that are gone would be lost without a word, paid for again, and held against the labels by every audit.
 *
 * @throws {@link LabelwrightError} `classes-changed`.
 */
export function refuseVanished(campaign: Campaign, ledger: readonly LedgerEntry[]): void {
  const trusted = trustedIds(campaign)
  const vanishedIn = vanishedFinder(campaign.taxonomy)
  const vanished = new Set(ledger.flatMap((entry) => (trusted.has(entry.annotator) ? (vanishedIn(entry) ?? []) : [])))
  if (vanished.size === 0) return
  throw new LabelwrightError(
    'classes-changed',
    `People have answered with classes that are gone (${vanished.size}): ${[...vanished].slice(0, 10).join(', ')}.`,
    'Bring them and their level back, or write each old name among the aliases of the class that took its place.',
  )
}

/** Finds the class that an answer, or the question that it answers, is about, where the taxonomy has it no more. */
function vanishedFinder(taxonomy: Taxonomy): (entry: LedgerEntry) => string | null {
  const fine = fineLevel(taxonomy)
  const indexOf = classIndex(fine)
  const membersOf = classMembers(taxonomy)
  return ({ question, answer }) => {
    if (question.kind === 'verify' && answer.kind === 'verdict')
      return membersOf(question.label).size === 0 ? question.label : null
    if (question.kind !== 'classify' || answer.kind !== 'label') return null
    const isKnown = taxonomy.levels.some(({ name }) => name === question.level)
    if (!isKnown) return `${answer.label} (${question.level})`
    return question.level === fine.name && indexOf(answer.label) < 0 ? answer.label : null
  }
}
