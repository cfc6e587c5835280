import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import type { ItemList } from './item-list.ts'
import { readManifest } from './manifest.ts'
import { readPictureFolder } from './picture-folder.ts'

/** A dataset as it lies on the disk. */
export interface Dataset extends ItemList {
  /** Absolute path of the folder outside which no picture lies. Items' paths are absolute and below it. */
  readonly root: string
  readonly kind: 'folder' | 'manifest'
}

export interface DatasetOptions {
  /** Take only these columns as labels. Default: all that there are. */
  readonly labelColumns?: readonly string[]
}

/**
 * Reads a dataset: a folder of pictures, or a manifest (CSV, TSV, JSONL). What cannot be used is quarantined, and the rest goes on.
 *
 * @throws {@link LabelwrightError} `dataset-not-found`, `empty-dataset`, `no-path-column`, `unknown-column`, or what `readTable` throws.
 * @example
 * ```ts
 * const { items, quarantined } = await readDataset('./images')
 * ```
 */
export async function readDataset(path: string, options?: DatasetOptions): Promise<Dataset> {
  const absolute = resolve(path)
  const kind = (await isFolder(absolute)) ? 'folder' : 'manifest'
  const found = kind === 'folder' ? await readPictureFolder(absolute) : await readManifest(absolute)
  const root = kind === 'folder' ? absolute : dirname(absolute)
  return { root, kind, ...(options?.labelColumns ? withLabels(found, options.labelColumns) : found) }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw fileError(path, cause)
    throw new LabelwrightError(
      'dataset-not-found',
      `There is no folder or file ${path}.`,
      'Give a folder of pictures, or a CSV, TSV or JSONL manifest.',
      { cause },
    )
  }
}

function withLabels(found: ItemList, chosen: readonly string[]): ItemList {
  const unknown = chosen.find((column) => !found.labelColumns.includes(column))
  if (unknown !== undefined) {
    throw new LabelwrightError(
      'unknown-column',
      `The dataset has no label column "${unknown}".`,
      found.labelColumns.length > 0 ? `Its label columns are: ${found.labelColumns.join(', ')}.` : 'It has none.',
    )
  }
  const dropped = new Set(found.labelColumns.filter((column) => !chosen.includes(column)))
  const items = found.items.map((item): Item => {
    return {
      ...item,
      labels: Object.fromEntries(Object.entries(item.labels).filter(([column]) => !dropped.has(column))),
    }
  })
  return { ...found, items, labelColumns: chosen }
}
