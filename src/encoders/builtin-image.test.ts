import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { makeRng } from '../core/rng.ts'
import { row, type Matrix } from '../tensor/matrix.ts'
import { makeBuiltinImageEncoder } from './builtin-image.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-builtin-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Mark = 'stripes' | 'spots'

/** A round animal, turned and shifted by chance, with light and dark stripes or spots of one hue. */
async function draw(name: string, mark: Mark, hue: number): Promise<Item> {
  const rng = makeRng(3, name)
  const shapes = Array.from({ length: 5 }, (_, i) =>
    mark === 'stripes'
      ? `<rect x="${-30 + i * 13}" y="-34" width="6" height="68"/>`
      : `<circle cx="${20 * Math.cos(i * 1.26)}" cy="${20 * Math.sin(i * 1.26)}" r="6"/>`,
  ).join('')
  const place = `translate(${64 + rng.normal() * 5} ${64 + rng.normal() * 5}) rotate(${rng.uniform() * 360})`
  const body = `<g transform="${place}"><circle r="36" fill="hsl(${hue} 70% 55%)"/><g fill="hsl(${hue} 80% 15%)">${shapes}</g></g>`
  const ground = `hsl(${rng.uniform() * 360} 25% ${35 + rng.uniform() * 30}%)`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="${ground}"/>${body}</svg>`
  const path = join(folder, `${name}.jpg`)
  await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toFile(path)
  return { id: name, source: { kind: 'image', path }, labels: { mark } }
}

function nearest(features: Matrix, of: number): number {
  let [best, bestDot] = [-1, -Infinity]
  for (let i = 0; i < features.rows; i++) {
    const dot = row(features, i).reduce((sum, value, j) => sum + value * row(features, of)[j]!, 0)
    if (i !== of && dot > bestDot) [best, bestDot] = [i, dot]
  }
  return best
}

test('the nearest neighbour of a drawn animal wears the same marks, however it is turned and wherever it sits', async () => {
  const kinds: [Mark, number][] = [
    ['stripes', 20],
    ['spots', 20],
    ['stripes', 220],
    ['spots', 220],
  ]
  const items = await Promise.all(Array.from({ length: 40 }, (_, i) => draw(`animal${i}`, ...kinds[i % kinds.length]!)))
  const { features } = await makeBuiltinImageEncoder().encode(items)
  const agreeing = items.filter((item, i) => items[nearest(features, i)]!.labels['mark'] === item.labels['mark'])
  // Chance is 20 of 40.
  expect(agreeing.length).toBeGreaterThanOrEqual(37)
})

test('features are finite, of mean square near 1, and the same twice', async () => {
  const items = [await draw('one', 'spots', 120), await draw('two', 'stripes', 120)]
  const encoder = makeBuiltinImageEncoder()
  const [first, second] = [await encoder.encode(items), await encoder.encode(items)]
  expect([first.features.rows, first.features.cols]).toEqual([2, 1000])
  expect(first.features.data).toEqual(second.features.data)
  const meanSquare = first.features.data.reduce((sum, value) => sum + value * value, 0) / 2000
  // 1 + 0.1² + 0.2², the squared lengths of the three blocks.
  expect(meanSquare).toBeCloseTo(1.05, 4)
})
