import type { OpenData } from '../campaign/pool.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import { makeRng } from '../core/rng.ts'
import { encodeCached } from '../encoders/cached-features.ts'
import { openEncoder } from '../encoders/open-encoder.ts'
import type { Dataset } from '../formats/dataset.ts'
import { prepareFeatures } from '../learners/prepare-features.ts'
import { stackedRows } from '../learners/stacked-rows.ts'
import { rowsView, type Matrix } from '../tensor/matrix.ts'
import type { Config } from './config.ts'
import type { FoundOpenData } from './find-open-data.ts'
import { openItems, type OpenItems } from './open-items.ts'
import { projectPaths } from './paths.ts'
import { count } from './words.ts'

/** Told how many of the items have been turned into vectors. */
export type OnEncoded = (done: number, total: number) => void

/** The items that the encoder could read, with their prepared features. */
export interface EncodedProject {
  readonly items: readonly Item[]
  /** Row i belongs to item i. */
  readonly features: Matrix
  readonly open: OpenData | null
  readonly undecodable: readonly Quarantined[]
}

/**
 * Turns a project's items, and open data where some were found, into features that are prepared together; vectors are computed once and kept.
 *
 * @throws {@link LabelwrightError} `nothing-to-label`, `no-open-items`, `bad-shape` where open data have features of another length, and
 *   what the encoder throws.
 */
export async function encodeItems(
  config: Config,
  { items, root }: Dataset,
  onEncoded?: OnEncoded,
  found?: FoundOpenData | null,
): Promise<EncodedProject> {
  const kind = items[0]?.source.kind === 'text' ? 'text' : 'image'
  const encoder = await openEncoder(config.encoder, config.dir, kind)
  const { features: folder } = projectPaths(config.dir)
  const beside = found ? openItems(found, encoder, { isFile: config.encoder.endsWith('.npy'), kind }) : null
  const total = items.length + (beside?.items.length ?? 0)
  const encoded = await encodeCached(encoder, items, folder, (done) => onEncoded?.(done, total))
  if (encoded.kept.length === 0) {
    throw new LabelwrightError(
      'nothing-to-label',
      `None of the ${items.length} items of ${root} can be read; the first: ${encoded.quarantined[0]?.why ?? 'unknown'}.`,
      'Check that the files are pictures.',
    )
  }
  const open = beside && (await encodeOpen(beside, folder, (done) => onEncoded?.(items.length + done, total)))
  if (open) checkWidth(open.features, encoded.features)
  const prepared = await prepareFeatures(
    open ? stackedRows(encoded.features, open.features) : encoded.features,
    makeRng(config.seed, 'features'),
  )
  const n = encoded.kept.length
  return {
    items: Array.from(encoded.kept, (i) => items[i]!),
    features: rowsView(prepared, 0, n),
    open: open && { features: rowsView(prepared, n, prepared.rows), labels: open.labels },
    undecodable: [...encoded.quarantined, ...(open?.unusable ?? [])],
  }
}

async function encodeOpen(
  { found, items, labels, encoder, missing }: OpenItems,
  folder: string,
  onEncoded: (done: number) => void,
): Promise<OpenData & { readonly unusable: readonly Quarantined[] }> {
  const { features, kept, quarantined } = await encodeCached(encoder, items, folder, onEncoded)
  const unusable = [...missing, ...quarantined]
  if (kept.length > 0) return { features, labels: kept.map((i) => labels[i]!), unusable }
  const [first] = unusable
  throw new LabelwrightError(
    'no-open-items',
    `Captions of the open data name a class ${count(found.retrieval.items.length)} times, but none of these items can be read; ` +
      `the first: ${first ? `${first.where}: ${first.why}` : 'unknown'}.`,
    `Put the pictures that ${found.hits} lists below dataset.open.images, or take "open" out of the dataset.`,
  )
}

function checkWidth(open: Matrix, own: Matrix): void {
  if (open.cols === own.cols) return
  throw new LabelwrightError(
    'bad-shape',
    `The open data have features of length ${open.cols}, but those of the dataset have ${own.cols}.`,
    'Make both with the same model.',
  )
}
