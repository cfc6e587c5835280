import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { type ClassSpec, makeTaxonomy } from '../core/taxonomy.ts'
import { longTailCounts } from './long-tail.ts'
import { drawMeadow } from './meadow.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'labelwright-meadow-'))
})
afterAll(() => rm(root, { recursive: true }))

interface Row {
  readonly path: string
  readonly species: string
  readonly family: string
}

const readRows = async (dir: string): Promise<Row[]> =>
  parseCsv(await readFile(join(root, dir, 'manifest.csv')), { columns: true })

async function everyByte(dir: string): Promise<string[]> {
  const names = await readdir(join(root, dir), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.toSorted().map((file) => readFile(file, 'base64')))
}

test('equal seeds draw equal files, and another seed other pictures', async () => {
  const draw = (dir: string, seed: number) => drawMeadow({ seed, count: 12, dir: join(root, dir) })
  await Promise.all([draw('a', 1), draw('b', 1), draw('c', 2)])
  expect(await everyByte('a')).toEqual(await everyByte('b'))
  const pictures = (bytes: string[]): string[] => bytes.filter((file) => file.startsWith('/9j/'))
  const [one, other] = [pictures(await everyByte('a')), pictures(await everyByte('c'))]
  expect(one).toHaveLength(12)
  expect(one.filter((picture) => other.includes(picture))).toEqual([])
})

test('the manifest names every picture in the order of drawing, with classes that are in the class tree', async () => {
  const seen: number[] = []
  const { classes } = await drawMeadow({ seed: 3, count: 50, dir: join(root, 'd'), onProgress: (n) => seen.push(n) })
  const rows = await readRows('d')
  const tree = parseYaml(await readFile(classes, 'utf8')) as { levels: string[]; classes: ClassSpec[] }
  const { levels } = makeTaxonomy(tree.classes, tree.levels)
  expect(rows.map(({ path }) => path)).toEqual(
    Array.from({ length: 50 }, (_, i) => `images/${String(i + 1).padStart(4, '0')}.jpg`),
  )
  for (const { species, family } of rows) {
    const leaf = levels[1]!.classes.findIndex(({ name }) => name === species)
    expect(levels[0]!.classes[levels[0]!.groupOf[leaf]!]!.name).toBe(family)
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
  const { format, width, height } = await sharp(join(root, 'd', rows[0]!.path)).metadata()
  expect([format, width, height]).toEqual(['jpeg', 128, 128])
})

test('a long tail reaches the manifest: the sorted counts of the species are those of the formula', async () => {
  await drawMeadow({ seed: 4, count: 120, imbalance: 20, dir: join(root, 'e') })
  const counts = new Map<string, number>()
  for (const { species } of await readRows('e')) counts.set(species, (counts.get(species) ?? 0) + 1)
  const expected = [...longTailCounts(120, 40, 20)].filter((n) => n > 0)
  expect([...counts.values()].toSorted((a, b) => b - a)).toEqual(expected)
})

test('signs stand in their share of pictures, and leave the others as they were', async () => {
  const draw = (dir: string, signs: number) => drawMeadow({ seed: 6, count: 20, signs, dir: join(root, dir) })
  await Promise.all([draw('g', 0), draw('h', 0.5)])
  const [without, some] = [await everyByte('g'), await everyByte('h')]
  const changed = some.filter((bytes, i) => bytes !== without[i]).length
  // 10 of 20, give or take twice the standard deviation of 2.2.
  expect(Math.abs(changed - 10)).toBeLessThan(4.5)
})

test('a meadow without pictures or with an upside-down tail is refused', async () => {
  const dir = join(root, 'f')
  await expect(drawMeadow({ seed: 1, count: 0, dir })).rejects.toMatchObject({ code: 'bad-sample-options' })
  await expect(drawMeadow({ seed: 1, count: 9, imbalance: 0.5, dir })).rejects.toMatchObject({
    code: 'bad-sample-options',
  })
})
