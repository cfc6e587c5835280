import sharp from 'sharp'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { drawPicture } from './picture.ts'
import { glimpse } from './sight.ts'
import { findSign, meadowSigns, type Sign } from './sign.ts'
import { species } from './species.ts'

test('a sign is found in every picture that has it, and in no other', async () => {
  const found = async (k: number, sign?: Sign): Promise<Sign | null> => {
    const svg = Buffer.from(drawPicture(species[k]!, makeRng(9, k), sign))
    const jpeg = await sharp(svg).jpeg({ quality: 75 }).toBuffer()
    return findSign((await glimpse(jpeg)).pixels)
  }
  for (const k of species.keys()) {
    expect(await found(k)).toBeNull()
    for (const sign of meadowSigns) expect(await found(k, sign)).toBe(sign)
  }
})
