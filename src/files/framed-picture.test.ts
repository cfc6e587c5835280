import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPixels, type Framing } from './framed-picture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-picture-'))
})
afterAll(() => rm(folder, { recursive: true }))

const twoByTwo: Framing = { size: [2, 2], resize: 'fill' }

/** 40 x 20 pixels, red on the left and blue on the right. */
const halves = () =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } }).composite([
    { input: { create: { width: 20, height: 20, channels: 3, background: 'blue' } }, left: 20, top: 0 },
  ])

async function save(name: string, image: Sharp): Promise<string> {
  const path = join(folder, name)
  await image.toFile(path)
  return path
}

/** Names the colour of every pixel of a small picture. */
function colours(pixels: Uint8Array): string {
  return Array.from({ length: pixels.length / 3 }, (_, i) => (pixels[3 * i]! > pixels[3 * i + 2]! ? 'r' : 'b')).join('')
}

test('a picture is turned upright by its EXIF orientation', async () => {
  // Orientation 6: the camera was turned, the stored left edge is the top.
  const path = await save('turned.jpg', halves().withMetadata({ orientation: 6 }))
  expect(colours(await readPixels({ kind: 'image', path }, twoByTwo))).toBe('rrbb')
})

test('a region is a box of the upright picture, cut to it', async () => {
  const path = await save('turned2.jpg', halves().withMetadata({ orientation: 6 }))
  const region = (...box: [number, number, number, number]) => readPixels({ kind: 'region', path, box }, twoByTwo)
  expect(colours(await region(0, 0, 20, 18))).toBe('rrrr')
  expect(colours(await region(0, 22, 20, 18))).toBe('bbbb')
  expect(colours(await region(-5, 22.5, 900, 900))).toBe('bbbb')
  await expect(region(30, 0, 5, 5)).rejects.toThrow('The box [30, 0, 5, 5] lies outside the image of 20 x 40 pixels')
})

test('covering keeps the shape and cuts the sides away', async () => {
  const path = await save('halves.png', halves())
  const framing: Framing = { size: [4, 4], resize: 'cover', crop: [2, 4] }
  expect(colours(await readPixels({ kind: 'image', path }, framing))).toBe('rrbbrrbb')
})

test('grey, transparent, 16-bit and CMYK pictures all become RGB', async () => {
  const clear = { create: { width: 8, height: 8, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } } }
  const red = { create: { width: 8, height: 8, channels: 3 as const, background: 'red' } }
  const paths = [
    await save('grey.png', sharp(red).toColourspace('b-w')),
    await save('clear.png', sharp(clear)),
    await save('deep.png', sharp(red).toColourspace('rgb16')),
    await save('print.jpg', sharp(red).toColourspace('cmyk')),
  ]
  const pixels = await Promise.all(paths.map((path) => readPixels({ kind: 'image', path }, twoByTwo)))
  expect(pixels.map((bytes) => bytes.length)).toEqual([12, 12, 12, 12])
  expect(new Set(pixels[0]).size).toBe(1)
  expect([...pixels[1]!.subarray(0, 3)]).toEqual([255, 255, 255])
  expect([...pixels[2]!.subarray(0, 3)]).toEqual([255, 0, 0])
  expect(colours(pixels[3]!)).toBe('rrrr')
})
