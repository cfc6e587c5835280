import { flagByClass, flagByMargin, flagLowest, flagOffDiagonal, flagPredictedOther } from './flag-issues.ts'
import type { CountedItems } from './confident-classes.ts'
import type { LargestMargins } from './largest-margins.ts'

/**
 * Which labels are taken for errors: `prune_by_noise_rate` flags, for each pair of given and true class, as many items as the joint counts,
 * those that look most like the true class; `prune_by_class` as many of each given class as the joint says are wrong, those with the lowest
 * self-confidence; `both` what these two agree on; `confident_learning` every item counted off the diagonal; `predicted_neq_given` every
 * item whose likeliest class is another; `low_self_confidence` and `low_normalized_margin` the worst by that score, as many as
 * `confident_learning` flags. All but the last two spare labels that are the likeliest class.
 */
export type FilterBy =
  | 'prune_by_noise_rate'
  | 'prune_by_class'
  | 'both'
  | 'confident_learning'
  | 'predicted_neq_given'
  | 'low_self_confidence'
  | 'low_normalized_margin'

/** Whether a filter needs the margins of pairs of classes, for which every row must be seen again. */
export function needsMargins(filterBy: FilterBy): boolean {
  return filterBy === 'prune_by_noise_rate' || filterBy === 'both'
}

/** Applies a filter. `largest` must have been offered all rows where {@link needsMargins} says so. Flags, shape `[n]`. */
export function flagIssues(items: CountedItems, filterBy: FilterBy, largest: LargestMargins): Uint8Array {
  switch (filterBy) {
    case 'prune_by_noise_rate':
      return flagByMargin(items, largest)
    case 'prune_by_class':
      return flagByClass(items, largest.prune)
    case 'both': {
      const byClass = flagByClass(items, largest.prune)
      return flagByMargin(items, largest).map((flag, i) => flag & byClass[i]!)
    }
    case 'confident_learning':
      return flagOffDiagonal(items)
    case 'predicted_neq_given':
      return flagPredictedOther(items)
    case 'low_self_confidence':
      return flagLowest(items, 'self_confidence')
    case 'low_normalized_margin':
      return flagLowest(items, 'normalized_margin')
  }
}
