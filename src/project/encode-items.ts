import { LabelwrightError } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import { makeRng } from '../core/rng.ts'
import { encodeCached } from '../encoders/cached-features.ts'
import { openEncoder } from '../encoders/open-encoder.ts'
import type { Dataset } from '../formats/dataset.ts'
import { prepareFeatures } from '../learners/prepare-features.ts'
import type { Matrix } from '../tensor/matrix.ts'
import type { Config } from './config.ts'
import { projectPaths } from './paths.ts'

/** Told how many of the items have been turned into vectors. */
export type OnEncoded = (done: number, total: number) => void

/** The items that the encoder could read, with their prepared features. */
export interface EncodedProject {
  readonly items: readonly Item[]
  /** Row i belongs to item i. */
  readonly features: Matrix
  readonly undecodable: readonly Quarantined[]
}

/**
 * Turns a project's items into prepared features; vectors are computed once and kept.
 *
 * @throws {@link LabelwrightError} `nothing-to-label`, and what the encoder throws.
 */
export async function encodeItems(
  config: Config,
  { items, root }: Dataset,
  onEncoded?: OnEncoded,
): Promise<EncodedProject> {
  const kind = items[0]?.source.kind === 'text' ? 'text' : 'image'
  const encoder = await openEncoder(config.encoder, config.dir, kind)
  const { features: folder } = projectPaths(config.dir)
  const encoded = await encodeCached(encoder, items, folder, (done) => onEncoded?.(done, items.length))
  if (encoded.kept.length === 0) {
    throw new LabelwrightError(
      'nothing-to-label',
      `None of the ${items.length} items of ${root} can be read; the first: ${encoded.quarantined[0]?.why ?? 'unknown'}.`,
      'Check that the files are pictures.',
    )
  }
  return {
    items: Array.from(encoded.kept, (i) => items[i]!),
    features: await prepareFeatures(encoded.features, makeRng(config.seed, 'features')),
    undecodable: encoded.quarantined,
  }
}
