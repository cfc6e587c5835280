import sharp, { type Region, type Sharp } from 'sharp'
import type { ItemSource } from '../core/item.ts'

/** An item's content when it is a picture: a whole image, or a box `[x, y, width, height]` of one. */
export type PictureSource = Exclude<ItemSource, { kind: 'text' }>

/** Decoding stops at this many pixels: a few kilobytes of a crafted file can unfold into gigabytes. */
const pixelLimit = 100_000_000

/**
 * Begins to decode a picture's file: upright by its EXIF orientation, cut to its region; what of a region lies outside the image is cut away.
 *
 * @throws Error with the decoder's reason, here or when the result is used: no picture, cut short, larger than 100 megapixels, or a region
 *   that lies outside the image.
 */
export async function decodePicture(file: Uint8Array, source: PictureSource): Promise<Sharp> {
  const image = sharp(file, { limitInputPixels: pixelLimit, failOn: 'error' }).autoOrient()
  return source.kind === 'region' ? image.extract(await visibleBox(image, source.box)) : image
}

async function visibleBox(image: Sharp, box: readonly [number, number, number, number]): Promise<Region> {
  const { autoOrient: upright } = await image.metadata()
  const [x, y, boxWidth, boxHeight] = box
  const left = Math.max(0, Math.floor(x))
  const top = Math.max(0, Math.floor(y))
  const width = Math.min(upright.width, Math.ceil(x + boxWidth)) - left
  const height = Math.min(upright.height, Math.ceil(y + boxHeight)) - top
  if (width >= 1 && height >= 1) return { left, top, width, height }
  throw new Error(`The box [${box.join(', ')}] lies outside the image of ${upright.width} x ${upright.height} pixels`)
}
