import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PictureSource } from '../../files/decode-picture.ts'
import { openPicture } from './picture.ts'

const options = { longestSide: 64, quality: 90, format: 'jpeg' } as const
let folder: string
let photo: string

// 200 x 100 pixels, red on the left, blue on the right, lying on its side by EXIF orientation 6 (turn right to see it upright).
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'picture-'))
  photo = join(folder, 'photo.jpg')
  const red = { create: { width: 100, height: 100, channels: 3, background: 'red' } } as const
  await sharp({ create: { width: 200, height: 100, channels: 3, background: 'blue' } })
    .composite([{ input: red, left: 0, top: 0 }])
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(photo)
})
afterAll(() => rm(folder, { recursive: true }))

async function sent(source: PictureSource): Promise<Uint8Array> {
  return (await openPicture(source, options)).encode()
}

async function colours(jpeg: Uint8Array): Promise<string> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  return Array.from({ length: info.height }, (_, y) => (data[y * info.width * 3]! > 128 ? 'r' : 'b')).join('')
}

/** A JPEG file with a comment behind its first two bytes. */
async function withComment(jpeg: Buffer): Promise<string> {
  const path = join(folder, 'comment.jpg')
  const comment = Buffer.from('\xff\xfe\x00\x0eseen at home', 'latin1')
  await writeFile(path, Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]))
  return path
}

test('a picture is sent upright, small, and without what its camera noted', async () => {
  const jpeg = await sent({ kind: 'image', path: photo })
  const { width, height, format, exif, orientation } = await sharp(jpeg).metadata()
  expect({ width, height, format, exif, orientation }).toEqual({ width: 32, height: 64, format: 'jpeg' })
  expect(await colours(jpeg)).toBe('r'.repeat(32) + 'b'.repeat(32))
})

test('a plain JPEG that is small enough is sent as it is, any other is made so', async () => {
  const [plain, cut] = [join(folder, 'plain.jpg'), join(folder, 'cut.jpg')]
  const drawn = sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
  const bytes = await drawn.jpeg({ quality: 30 }).toBuffer()
  await writeFile(plain, bytes)
  await writeFile(cut, bytes.subarray(0, -20))
  expect(await sent({ kind: 'image', path: plain })).toEqual(bytes)
  expect(Buffer.from(await sent({ kind: 'image', path: await withComment(bytes) })).toString('latin1')).not.toContain(
    'home',
  )
  const image = await openPicture({ kind: 'image', path: plain }, { ...options, longestSide: 30 })
  expect(await sharp(await image.encode()).metadata()).toMatchObject({ width: 30, height: 20 })
  await expect(sent({ kind: 'image', path: cut })).rejects.toMatchObject({ code: 'unreadable-picture' })

  const webp = await openPicture({ kind: 'image', path: plain }, { ...options, format: 'webp' })
  expect(webp.mediaType).toBe('image/webp')
  expect(await sharp(await webp.encode()).metadata()).toMatchObject({ width: 60, format: 'webp' })
})

test('a region is cut from the upright picture, and to its edge, and never enlarged', async () => {
  const jpeg = await sent({ kind: 'region', path: photo, box: [90, 90, 50, 20] })
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 10, height: 20 })
  expect(await colours(jpeg)).toBe('r'.repeat(10) + 'b'.repeat(10))
})

test('the identity follows the file, the region and the transform', async () => {
  const image = { kind: 'image', path: photo } as const
  const copy = join(folder, 'copy.jpg')
  await sharp(photo).toFile(copy)
  const identities = await Promise.all([
    openPicture(image, options),
    openPicture({ kind: 'region', path: photo, box: [0, 0, 9, 9] }, options),
    openPicture(image, { ...options, quality: 80 }),
    openPicture({ kind: 'image', path: copy }, options),
  ])
  expect(new Set(identities.map(({ identity }) => JSON.stringify(identity))).size).toBe(4)
  expect((await openPicture(image, options)).identity).toEqual(identities[0]!.identity)
})

test('what is no picture, or lies outside it, is refused by name', async () => {
  const broken = join(folder, 'broken.jpg')
  await writeFile(broken, 'no picture')
  await expect(sent({ kind: 'image', path: broken })).rejects.toMatchObject({ code: 'unreadable-picture' })
  await expect(sent({ kind: 'region', path: photo, box: [100, 0, 9, 9] })).rejects.toThrow(
    'outside the image of 100 x 200',
  )
  await expect(sent({ kind: 'image', path: join(folder, 'none.jpg') })).rejects.toMatchObject({
    code: 'file-not-found',
  })
})
