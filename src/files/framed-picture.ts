import { readFile } from 'node:fs/promises'
import type { Region, Sharp } from 'sharp'
import { decodePicture, type PictureSource } from './decode-picture.ts'

/** How a picture is brought to the size that an encoder wants. Sizes are `[height, width]` in pixels. */
export interface Framing {
  readonly size: readonly [number, number]
  /** `fill` stretches to `size`; `cover` keeps the shape and cuts away what is beyond the centre. */
  readonly resize: 'fill' | 'cover'
  /** Centre crop taken after resizing. Default: none. */
  readonly crop?: readonly [number, number] | undefined
}

/** The `[height, width]` that a framing leaves. */
export function framedSize({ size, crop }: Framing): readonly [number, number] {
  return crop ?? size
}

/**
 * Decodes a picture, upright by its EXIF orientation, on white where it is transparent, resized with antialiasing.
 *
 * A region outside its image is cut to it.
 *
 * @returns RGB bytes row by row, shape `[height, width, 3]`.
 * @throws Error with the decoder's reason when the file is missing, no picture, cut short, or larger than 100 megapixels.
 */
export async function readPixels(source: PictureSource, framing: Framing): Promise<Uint8Array> {
  // Through memory: given a path, libvips keeps files open and serves a changed one from its cache.
  const file = await readFile(source.path)
  const framed = frame(await decodePicture(file, source), framing)
  const { data, info } = await framed.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  if (info.channels === 3) return data
  // Grey or transparent. Asking for this always would take a third more time for the many that are neither.
  const onWhite = frame(await decodePicture(file, source), framing).flatten({ background: 'white' })
  return onWhite.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer()
}

function frame(image: Sharp, { size, resize, crop }: Framing): Sharp {
  const [height, width] = size
  const framed = image.resize(width, height, { fit: resize, kernel: 'cubic' })
  return crop ? framed.extract(centreBox(size, crop)) : framed
}

function centreBox([height, width]: readonly [number, number], crop: readonly [number, number]): Region {
  const top = Math.round((height - crop[0]) / 2)
  const left = Math.round((width - crop[1]) / 2)
  return { left, top, height: crop[0], width: crop[1] }
}
