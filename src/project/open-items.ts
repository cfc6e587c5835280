import { dirname } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import type { EncodedItems, Encoder } from '../encoders/encoder.ts'
import { fileError } from '../files/file-error.ts'
import { pictureLocator } from '../formats/picture-locator.ts'
import { gatherRows, matrix, row } from '../tensor/matrix.ts'
import { openNpy } from '../tensor/npy.ts'
import type { FoundOpenData } from './find-open-data.ts'
import { amount } from './words.ts'

/** Retrieved items that are at hand, and what turns them into vectors like those of the dataset. */
export interface OpenItems {
  readonly found: FoundOpenData
  readonly items: readonly Item[]
  /** Fine class of each, shape `[m]`. */
  readonly labels: Int32Array
  readonly encoder: Encoder
  readonly missing: readonly Quarantined[]
}

/**
 * Finds the pictures of retrieved items below the folder of pictures, or takes their features where the dataset's own come from a file, too.
 * Nothing is fetched from elsewhere.
 *
 * @param encoder - The dataset's; `isFile` where it reads the features of the dataset's items from a file.
 * @throws {@link LabelwrightError} `bad-config` where that file has no counterpart for the open data; `wrong-item-kind` for texts.
 */
export function openItems(
  found: FoundOpenData,
  encoder: Encoder,
  { isFile, kind }: { readonly isFile: boolean; readonly kind: 'image' | 'text' },
): OpenItems {
  if (isFile) return withFeatures(found)
  if (kind === 'image') return withPictures(found, encoder)
  throw new LabelwrightError(
    'wrong-item-kind',
    'The open data are pictures, but the dataset holds texts.',
    'Take "open" out of the dataset, or give features of both as .npy files.',
  )
}

function withFeatures(found: FoundOpenData): OpenItems {
  const { features } = found.said
  if (!features) {
    throw new LabelwrightError(
      'bad-config',
      'labelwright.yaml: encoder is a file with the features of the dataset, so the open data need theirs.',
      'Write dataset.open.features: the path of a .npy file made by the same model, one row per row of the index.',
    )
  }
  const { items } = found.retrieval
  return {
    found,
    items: items.map(({ id, source }) => ({ id, source: { kind: 'image', path: source }, labels: {} })),
    labels: Int32Array.from(items, ({ label }) => label),
    encoder: { id: `open-npy-1:${found.key}`, encode: () => rowsOf(found, features) },
    missing: [],
  }
}

async function rowsOf({ retrieval: { items } }: FoundOpenData, files: readonly string[]): Promise<EncodedItems> {
  const npys = await Promise.all(files.map((path) => openNpy(path)))
  try {
    const features = matrix(items.length, npys[0]!.cols)
    for (const [i, item] of items.entries()) {
      await npys[item.file]!.readRows(item.row, item.row + 1, row(features, i))
    }
    const kept = Int32Array.from(items.keys()).filter((i) => row(features, i).every(Number.isFinite))
    const isKept = new Set(kept)
    const quarantined = items.flatMap(({ id }, i) =>
      isKept.has(i) ? [] : [{ where: id, why: 'a feature is not finite' }],
    )
    return { features: gatherRows(features, kept), kept, quarantined }
  } finally {
    await Promise.all(npys.map((npy) => npy.close()))
  }
}

function withPictures(found: FoundOpenData, encoder: Encoder): OpenItems {
  const root = found.said.images ?? dirname(found.said.index[0]!)
  const locate = locatorIn(root)
  const items: Item[] = []
  const labels: number[] = []
  const missing: Quarantined[] = []
  let remote = 0
  for (const { id, source, label } of found.retrieval.items) {
    const located = isRemote(source) ? null : locate(source)
    if (!located) remote++
    else if (located.kind === 'problem') missing.push({ where: id, why: located.why })
    else {
      items.push({ id, source: { kind: 'image', path: located.path }, labels: {} })
      labels.push(label)
    }
  }
  if (remote > 0) {
    missing.unshift({
      where: 'open data',
      why: `not fetched from elsewhere: ${amount(remote, 'picture')}, among ${found.hits}`,
    })
  }
  return { found, items, labels: Int32Array.from(labels), encoder, missing }
}

function locatorIn(root: string): ReturnType<typeof pictureLocator> {
  try {
    return pictureLocator(root)
  } catch (thrown) {
    throw fileError(root, thrown)
  }
}

function isRemote(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source)
}
