import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import { classIndex, fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import type { Dataset } from '../formats/dataset.ts'
import type { Config } from './config.ts'

/** Where labels are looked up. */
export interface Labelled {
  readonly config: Config
  readonly dataset: Dataset
  readonly items: readonly Item[]
  readonly taxonomy: Taxonomy
}

/**
 * The fine class of each item by the column that the project names for a role, shape `[n]`; -1 where an item has no label, or none of the
 * classes, and throughout where no column is named.
 *
 * @throws {@link LabelwrightError} `unknown-column`.
 */
export function labelledClasses(role: 'truth' | 'given', { config, dataset, items, taxonomy }: Labelled): Int32Array {
  const column = config.labels[role]
  if (column === null) return new Int32Array(items.length).fill(-1)
  if (!dataset.labelColumns.includes(column)) {
    throw new LabelwrightError(
      'unknown-column',
      `The dataset has no column "${column}", which labels.${role} names.`,
      `Its label columns are: ${dataset.labelColumns.join(', ') || 'none'}.`,
    )
  }
  const indexOf = classIndex(fineLevel(taxonomy))
  return Int32Array.from(items, (item) => indexOf(item.labels[column] ?? ''))
}
