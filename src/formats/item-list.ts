import type { Item, Quarantined } from '../core/item.ts'

/** What a reader of one format finds: usable items with different ids, and what was set aside. */
export interface ItemList {
  readonly items: readonly Item[]
  /** The names under which items may carry labels. */
  readonly labelColumns: readonly string[]
  readonly quarantined: readonly Quarantined[]
}
