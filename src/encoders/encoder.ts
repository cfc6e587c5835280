import type { Item, Quarantined } from '../core/item.ts'
import type { Matrix } from '../tensor/matrix.ts'

/** Items to vectors: one of the four doors to the world. */
export interface Encoder {
  /** Names the encoder and everything that changes its vectors; the key of cached features. */
  readonly id: string
  /**
   * Encodes items in order. An item that cannot be decoded is quarantined and gets no row.
   *
   * @param onProgress - Called with the number of items done so far.
   */
  encode(items: readonly Item[], onProgress?: (done: number) => void): Promise<EncodedItems>
}

export interface EncodedItems {
  /** Shape `[kept.length, d]`. */
  readonly features: Matrix
  /** For each row, the index of its item. */
  readonly kept: Int32Array
  readonly quarantined: readonly Quarantined[]
}
