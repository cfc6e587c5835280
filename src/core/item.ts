/**
 * What is labelled: an image, a text, or a region of an image.
 *
 * `id` is stable across runs and machines: the path relative to the dataset's root, or the manifest's `id` column.
 */
export interface Item {
  readonly id: string
  readonly source: ItemSource
  /** Labels that came with the dataset, by column name. Never shown to an annotator, except an `oracle`. */
  readonly labels: Readonly<Record<string, string>>
}

/** Where an item's content lies. A region is a box `[x, y, width, height]` in pixels of its image. */
export type ItemSource =
  | { readonly kind: 'image'; readonly path: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'region'; readonly path: string; readonly box: readonly [number, number, number, number] }

/** An item (or line) that could not be used, and why; the rest of the dataset goes on. */
export interface Quarantined {
  /** The item's id, or `file:line` where no item could be read. */
  readonly where: string
  readonly why: string
}
