import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { LabelwrightError, messageOf } from '../../core/error.ts'
import { decodePicture, type PictureSource } from '../../files/decode-picture.ts'
import { fileError } from '../../files/file-error.ts'
import { plainJpegSize } from './plain-jpeg.ts'

/** How a picture is sent. */
export interface PictureOptions {
  /** Pixels of the longer side after shrinking; smaller pictures are sent as they are. */
  readonly longestSide: number
  /** Of JPEG and WebP, 1 to 100. */
  readonly quality: number
  readonly format: PictureFormat
}

/** What every provider takes. */
export const pictureFormats = ['jpeg', 'png', 'webp'] as const
type PictureFormat = (typeof pictureFormats)[number]

/** A picture on its way to a model. */
export interface Picture {
  /** Everything that decides what is sent, for the cache's key: the file's hash and the transform, never the encoded bytes. */
  readonly identity: unknown
  readonly mediaType: `image/${PictureFormat}`
  /**
   * Upright by its EXIF orientation, cut to its region, shrunk with antialiasing, on white where it is transparent, without any metadata.
   * A JPEG file that is all this already is sent as it is, which spares its pixels and our time.
   *
   * @throws {@link LabelwrightError} `unreadable-picture` when it is no picture, cut short, too large, or its region lies outside;
   *   `file-not-found` or `unreadable-file` when its file is gone by now.
   */
  encode(): Promise<Uint8Array>
}

/** Reads a picture's file. @throws {@link LabelwrightError} `file-not-found` or `unreadable-file`. */
export async function openPicture(source: PictureSource, options: PictureOptions): Promise<Picture> {
  const box = source.kind === 'region' ? source.box : null
  const file = await readPicture(source)
  const sha256 = createHash('sha256').update(file).digest('hex')
  // Thousands of pictures may wait for a batch at once: then they are read again rather than kept.
  const kept = new WeakRef(file)
  const { longestSide, quality, format } = options
  const made = { box, longestSide, quality, format, kernel: 'cubic', sharp: sharp.versions.sharp }
  return {
    identity: isReady(file, source, options) ? { sha256 } : { sha256, ...made },
    mediaType: `image/${format}`,
    encode: async () =>
      encodePicture(kept.deref() ?? (await readPicture(source)), source, options).catch((thrown: unknown) => {
        throw new LabelwrightError(
          'unreadable-picture',
          `${source.path} cannot be used: ${messageOf(thrown)}.`,
          'Replace the file.',
        )
      }),
  }
}

function readPicture({ path }: PictureSource): Promise<Uint8Array> {
  return readFile(path).catch((thrown: unknown) => {
    throw fileError(path, thrown)
  })
}

async function encodePicture(file: Uint8Array, source: PictureSource, options: PictureOptions): Promise<Uint8Array> {
  if (isReady(file, source, options)) return file
  const { longestSide, quality, format } = options
  const image = await decodePicture(file, source)
  return image
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true, kernel: 'cubic' })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .toFormat(format, format === 'png' ? {} : { quality })
    .toBuffer()
}

/** Whether a file is what its encoding would be, but for its quality. */
function isReady(file: Uint8Array, { kind }: PictureSource, { format, longestSide }: PictureOptions): boolean {
  const size = format === 'jpeg' && kind === 'image' ? plainJpegSize(file) : null
  return size !== null && Math.max(size.width, size.height) <= longestSide
}
