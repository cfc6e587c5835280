import { LabelwrightError } from '../core/error.ts'
import { classIndex, fineLevel } from '../core/taxonomy.ts'
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
  const fine = fineLevel(campaign.taxonomy)
  const indexOf = classIndex(fine)
  const trusted = trustedIds(campaign)
  const vanished = new Set<string>()
  for (const { annotator, question, answer } of ledger) {
    if (!trusted.has(annotator) || question.kind !== 'classify' || answer.kind !== 'label') continue
    const isKnown = campaign.taxonomy.levels.some(({ name }) => name === question.level)
    if (!isKnown) vanished.add(`${answer.label} (${question.level})`)
    else if (question.level === fine.name && indexOf(answer.label) < 0) vanished.add(answer.label)
  }
  if (vanished.size === 0) return
  throw new LabelwrightError(
    'classes-changed',
    `People have answered with classes that are gone (${vanished.size}): ${[...vanished].slice(0, 10).join(', ')}.`,
    'Bring them and their level back, or write each old name among the aliases of the class that took its place.',
  )
}
