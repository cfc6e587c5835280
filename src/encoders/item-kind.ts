import { LabelwrightError } from '../core/error.ts'
import type { Item, ItemSource } from '../core/item.ts'
import type { PictureSource } from '../files/decode-picture.ts'

/**
 * The pictures of the items, in order.
 *
 * @throws {@link LabelwrightError} `wrong-item-kind` when an item is a text.
 */
export function pictureSources(items: readonly Item[]): PictureSource[] {
  return items.map(({ id, source }) => {
    if (source.kind === 'text') throw wrongItemKind(id, source.kind, 'pictures')
    return source
  })
}

/**
 * The texts of the items, in order.
 *
 * @throws {@link LabelwrightError} `wrong-item-kind` when an item is a picture.
 */
export function itemTexts(items: readonly Item[]): string[] {
  return items.map(({ id, source }) => {
    if (source.kind !== 'text') throw wrongItemKind(id, source.kind, 'texts')
    return source.text
  })
}

function wrongItemKind(id: string, kind: ItemSource['kind'], wanted: 'pictures' | 'texts'): LabelwrightError {
  return new LabelwrightError(
    'wrong-item-kind',
    `Item "${id}" is of kind "${kind}", but this encoder reads ${wanted}.`,
    `Choose an encoder for ${wanted === 'texts' ? 'pictures' : 'texts'}: "builtin" has one for both.`,
  )
}
