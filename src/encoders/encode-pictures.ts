import sharp from 'sharp'
import { messageOf } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import { matrix } from '../tensor/matrix.ts'
import type { EncodedItems } from './encoder.ts'
import { pictureSources } from './item-kind.ts'
import { readPixels, type Framing } from '../files/framed-picture.ts'

/** What turns decoded pictures into vectors, a batch at a time. */
export interface PictureCoder {
  readonly framing: Framing
  readonly dims: number
  readonly batchSize: number
  /**
   * @param pictures - RGB bytes of 1 to `batchSize` pictures, each as framed.
   * @param features - Takes their vectors, shape `[pictures.length, dims]`.
   */
  encodeBatch(pictures: readonly Uint8Array[], features: Float32Array): void | Promise<void>
}

/**
 * Encodes pictures in order, decoding the next batch while one is encoded. What cannot be decoded is quarantined.
 *
 * The features are allocated once; beside them there are two batches of pixels.
 *
 * @throws {@link LabelwrightError} `wrong-item-kind` when an item is a text.
 */
export async function encodePictures(
  items: readonly Item[],
  coder: PictureCoder,
  onProgress?: (done: number) => void,
): Promise<EncodedItems> {
  const { dims, batchSize } = coder
  const sources = pictureSources(items)
  const features = new Float32Array(items.length * dims)
  const kept: number[] = []
  const quarantined: Quarantined[] = []
  // One thread per picture: pictures are decoded side by side, and small ones gain nothing from more.
  sharp.concurrency(1)

  const decodeFrom = (start: number): Promise<(Uint8Array | Error)[]> =>
    Promise.all(
      sources
        .slice(start, start + batchSize)
        .map((source) =>
          readPixels(source, coder.framing).catch((thrown: unknown) => new Error(messageOf(thrown), { cause: thrown })),
        ),
    )

  let upcoming = decodeFrom(0)
  for (let start = 0; start < items.length; start += batchSize) {
    const decoded = await upcoming
    upcoming = decodeFrom(start + batchSize)
    const firstRow = kept.length
    const pictures: Uint8Array[] = []
    decoded.forEach((picture, offset) => {
      const index = start + offset
      if (picture instanceof Error) quarantined.push({ where: items[index]!.id, why: reasonIn(picture.message) })
      else {
        pictures.push(picture)
        kept.push(index)
      }
    })
    if (pictures.length > 0) {
      await coder.encodeBatch(pictures, features.subarray(firstRow * dims, kept.length * dims))
    }
    onProgress?.(start + decoded.length)
  }
  return {
    features: matrix(kept.length, dims, features.subarray(0, kept.length * dims)),
    kept: Int32Array.from(kept),
    quarantined,
  }
}

/** libvips keeps one error text for all its threads, so of two failures at the same moment one may come without its own. */
const lostReason = 'Unknown error'

function reasonIn(message: string): string {
  const line = message.trim().replace(/\s*\n\s*/g, ' ')
  return line === lostReason ? 'cannot be decoded: damaged or cut short' : line
}
