import type { OpenData } from '../../campaign/pool.ts'
import type { IsoOptions, PriorOptions } from '../../campaign/methods/options.ts'
import type { Item } from '../../core/item.ts'
import type { Micros } from '../../core/money.ts'
import type { Taxonomy } from '../../core/taxonomy.ts'
import type { Matrix } from '../../tensor/matrix.ts'
import type { Batch } from '../config.ts'
import type { Player } from './player.ts'

/** Everything that simulated campaigns have in common, as plain data: what a run makes of it follows from a strategy and a seed. */
export interface World {
  readonly taxonomy: Taxonomy
  /** Those whose class is known. */
  readonly items: readonly Item[]
  /** Fine class of each item, shape `[n]`. */
  readonly truth: Int32Array
  /** Prepared over all items of the project, those without a label too. Row i belongs to item i. */
  readonly features: Matrix
  /** Labelled items from elsewhere, their features prepared along with the others. */
  readonly open: OpenData | null
  readonly players: readonly Player[]
  /** Nobody is asked about these: a share drawn at random, class by class; or the same in all runs, 1 at each of them, shape `[n]`. */
  readonly test:
    | { readonly kind: 'share'; readonly share: number }
    | { readonly kind: 'fixed'; readonly isTest: Uint8Array }
  /** Null: the pool is as it is. */
  readonly longTail: number | null
  readonly budget: Micros
  /** Items drawn at random for the first round; or so many of each class. */
  readonly start: number | { readonly perClass: number }
  readonly batch: Batch | null
  readonly iso: IsoOptions
  readonly prior: PriorOptions
}
