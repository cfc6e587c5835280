import sharp from 'sharp'
import type { Size } from '../annotators/vlm/money/size.ts'
import { openPicture, type PictureOptions } from '../annotators/vlm/picture.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'

/** A picture of the dataset, as it would be sent. */
export interface TriedPicture {
  readonly item: Item
  readonly bytes: number
  readonly size: Size
}

/** Larger than any picture that can be sent: shrinks nothing. */
export const unshrunk = 16_383

/** Encodes pictures in a given way, one after the other, and says how large they come out. What cannot be read, or is a text, is left out. */
export async function tryPictures(items: readonly Item[], options: PictureOptions): Promise<TriedPicture[]> {
  const tried: TriedPicture[] = []
  for (const item of items) {
    const picture = await encoded(item, options)
    if (!picture) continue
    const { width, height } = await sharp(picture).metadata()
    tried.push({ item, bytes: picture.length, size: { width, height } })
  }
  return tried
}

async function encoded({ source }: Item, options: PictureOptions): Promise<Uint8Array | null> {
  if (source.kind === 'text') return null
  try {
    return await (await openPicture(source, options)).encode()
  } catch (thrown) {
    if (thrown instanceof LabelwrightError) return null
    throw thrown
  }
}
