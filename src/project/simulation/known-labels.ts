import { hear } from '../../campaign/hearing.ts'
import { LabelwrightError } from '../../core/error.ts'
import type { LedgerEntry } from '../../store/store.ts'
import { labelledClasses, type Labelled } from '../labelled-classes.ts'
import { amount } from '../words.ts'

/** What counts as the truth in a simulation. */
export interface KnownLabels {
  /** Fine class of each item, shape `[n]`; -1 where it is unknown. */
  readonly truth: Int32Array
  /** Where they come from, in words. */
  readonly from: string
}

/**
 * The labels to simulate on: the column of known labels, else that of given ones, else what people have answered so far.
 *
 * @throws {@link LabelwrightError} `no-truth` where no item has one, and `unknown-column`.
 */
export function findKnownLabels(labelled: Labelled, ledger: readonly LedgerEntry[]): KnownLabels {
  const { config, items, taxonomy, dataset } = labelled
  const { truth: truthColumn, given } = config.labels
  const [truth, from] = ((): [Int32Array, string] => {
    if (truthColumn !== null) return [labelledClasses('truth', labelled), `the column "${truthColumn}"`]
    if (given !== null)
      return [labelledClasses('given', labelled), `the column "${given}", whose errors count as truth here`]
    const trusted = new Set(config.annotators.filter((said) => 'trusted' in said && said.trusted).map(({ id }) => id))
    return [hear(ledger, items.length, taxonomy, trusted).trusted, 'the answers of people so far']
  })()
  const known = truth.reduce((sum, y) => sum + (y >= 0 ? 1 : 0), 0)
  if (known > 0) {
    const share = known < items.length ? ` of ${items.length}; the others are left out` : ''
    return { truth, from: `${from}, known of ${amount(known, 'item')}${share}` }
  }
  throw new LabelwrightError(
    'no-truth',
    truthColumn === null && given === null
      ? 'A simulation needs known labels: the project names no column of them, and people have not answered yet.'
      : `A simulation needs known labels, but ${from} names none of the classes.`,
    dataset.labelColumns.length > 0
      ? `Name a column in labelwright.yaml, e.g. labels: { truth: ${dataset.labelColumns[0]} }.`
      : 'Label some items first (labelwright label, labelwright serve), or add a column of labels to the manifest.',
  )
}
