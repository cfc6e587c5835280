import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { plainJpegSize } from './plain-jpeg.ts'

const drawn = sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })

test('the size of a plain JPEG is read, whatever its coding', async () => {
  const size = { width: 300, height: 200 }
  expect(plainJpegSize(await drawn.clone().jpeg().toBuffer())).toEqual(size)
  expect(plainJpegSize(await drawn.clone().jpeg({ progressive: true, quality: 20 }).toBuffer())).toEqual(size)
  expect(plainJpegSize(await drawn.clone().greyscale().jpeg().toBuffer())).toEqual(size)
})

test('pictures with notes, profiles or four inks, other formats and any bytes are not plain', async () => {
  const others = [
    drawn
      .clone()
      .withExif({ IFD0: { Copyright: 'me' } })
      .jpeg(),
    drawn.clone().withIccProfile('p3').jpeg(),
    drawn.clone().toColourspace('cmyk').jpeg(),
    drawn.clone().png(),
  ]
  for (const other of others) expect(plainJpegSize(await other.toBuffer())).toBeNull()
  const whole = await drawn.clone().jpeg().toBuffer()
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, junk) => {
      const size = plainJpegSize(Buffer.concat([whole.subarray(0, at), junk, whole.subarray(at)]))
      expect(size === null || (size.width >= 0 && size.height >= 0)).toBe(true)
      expect(plainJpegSize(Buffer.concat([whole.subarray(0, 2), junk]))).toBeNull()
    }),
  )
})
