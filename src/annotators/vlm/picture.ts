import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { LabelwrightError, messageOf } from '../../core/error.ts'
import { decodePicture, type PictureSource } from '../../files/decode-picture.ts'
import { fileError } from '../../files/file-error.ts'

/** How a picture is sent. */
export interface PictureOptions {
  /** Pixels of the longer side after shrinking; smaller pictures are sent as they are. */
  readonly longestSide: number
  /** JPEG quality, 1 to 100. */
  readonly quality: number
}

/** A picture on its way to a model. */
export interface Picture {
  /** Everything that decides what is sent, for the cache's key: the file's hash and the transform, never the encoded bytes. */
  readonly identity: unknown
  /**
   * Upright by its EXIF orientation, cut to its region, shrunk with antialiasing, on white where it is transparent, as JPEG without any
   * metadata.
   *
   * @throws {@link LabelwrightError} `unreadable-picture` when it is no picture, cut short, too large, or its region lies outside.
   */
  encode(): Promise<Uint8Array>
}

/** Reads a picture's file. @throws {@link LabelwrightError} `file-not-found` or `unreadable-file`. */
export async function openPicture(source: PictureSource, options: PictureOptions): Promise<Picture> {
  const file = await readFile(source.path).catch((thrown: unknown) => {
    throw fileError(source.path, thrown)
  })
  const box = source.kind === 'region' ? source.box : null
  const sha256 = createHash('sha256').update(file).digest('hex')
  const { longestSide, quality } = options
  return {
    identity: { sha256, box, longestSide, quality, format: 'jpeg', kernel: 'cubic', sharp: sharp.versions.sharp },
    encode: () =>
      encodeJpeg(file, source, options).catch((thrown: unknown) => {
        throw new LabelwrightError(
          'unreadable-picture',
          `${source.path} cannot be used: ${messageOf(thrown)}.`,
          'Replace the file.',
        )
      }),
  }
}

async function encodeJpeg(
  file: Uint8Array,
  source: PictureSource,
  { longestSide, quality }: PictureOptions,
): Promise<Uint8Array> {
  const image = await decodePicture(file, source)
  return image
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true, kernel: 'cubic' })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .jpeg({ quality })
    .toBuffer()
}
