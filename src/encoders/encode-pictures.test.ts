import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { encodePictures, type PictureCoder } from './encode-pictures.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-pictures-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Encodes a 2 x 2 picture as its first pixel. */
const firstPixel: PictureCoder = {
  framing: { size: [2, 2], resize: 'fill' },
  dims: 3,
  batchSize: 2,
  encodeBatch: (pictures, features) => pictures.forEach((pixels, i) => features.set(pixels.subarray(0, 3), i * 3)),
}

async function picture(name: string, background: string): Promise<Item> {
  const path = join(folder, name)
  await sharp({ create: { width: 32, height: 32, channels: 3, background } }).toFile(path)
  return { id: name, source: { kind: 'image', path }, labels: {} }
}

async function file(name: string, content: string | Uint8Array): Promise<Item> {
  const path = join(folder, name)
  await writeFile(path, content)
  return { id: name, source: { kind: 'image', path }, labels: {} }
}

/** A PNG of some bytes whose header promises 50,000 x 50,000 pixels. */
function bomb(): Uint8Array {
  const chunk = (content: Buffer): Buffer => {
    const framed = Buffer.alloc(content.length + 8)
    framed.writeUInt32BE(content.length - 4)
    content.copy(framed, 4)
    framed.writeUInt32BE(crc32(content), content.length + 4)
    return framed
  }
  const header = Buffer.from('IHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0', 'latin1')
  const data = Buffer.concat([Buffer.from('IDAT'), deflateSync(Buffer.alloc(1000))])
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk(header),
    chunk(data),
    chunk(Buffer.from('IEND')),
  ])
}

test('what cannot be decoded is set aside with its reason, and the rest keeps its order', async () => {
  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251)
  const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer()
  const items = [
    await picture('red.png', 'red'),
    await file('empty.jpg', ''),
    await file('notes.jpg', 'these are no pixels'),
    await picture('lime.png', 'lime'),
    await file('cut.jpg', jpeg.subarray(0, jpeg.length / 2)),
    await file('bomb.png', bomb()),
    { id: 'gone.png', source: { kind: 'image', path: join(folder, 'gone.png') }, labels: {} } as const,
    await picture('blue.png', 'blue'),
  ]
  const progress: number[] = []
  const { features, kept, quarantined } = await encodePictures(items, firstPixel, (done) => progress.push(done))
  expect([...kept]).toEqual([0, 3, 7])
  expect([features.rows, ...features.data]).toEqual([3, 255, 0, 0, 0, 255, 0, 0, 0, 255])
  expect(progress).toEqual([2, 4, 6, 8])
  const why = Object.fromEntries(quarantined.map((one) => [one.where, one.why]))
  expect(Object.keys(why)).toEqual(['empty.jpg', 'notes.jpg', 'cut.jpg', 'bomb.png', 'gone.png'])
  expect(why['empty.jpg']).toMatch(/empty/i)
  expect(why['notes.jpg']).toMatch(/unsupported image format/)
  expect(why['cut.jpg']).toMatch(/premature end|damaged or cut short/i)
  expect(why['bomb.png']).toMatch(/pixel limit/)
  expect(why['gone.png']).toMatch(/no such file/)
})

test('no items give no rows', async () => {
  const { features, kept } = await encodePictures([], firstPixel)
  expect([features.rows, features.cols, kept.length]).toEqual([0, 3, 0])
})

test('a text is no picture', async () => {
  const text: Item = { id: 'line 1', source: { kind: 'text', text: 'hello' }, labels: {} }
  await expect(encodePictures([text], firstPixel)).rejects.toMatchObject({ code: 'wrong-item-kind' })
})
