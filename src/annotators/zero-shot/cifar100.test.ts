import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../../core/item.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import type { Dtype } from '../local-model/dtype.ts'
import { openZeroShot } from './zero-shot.ts'

// A real image-text dual encoder and real pictures; its SOURCE.md says how both were made.
const data = process.env['LABELWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
const model = join(data, 'models/cifar100-dual-conv')
const needsData = test.skipIf(!existsSync(model))

interface Classes {
  readonly fine: readonly string[]
  readonly coarse: readonly string[]
  readonly fine_to_coarse: readonly number[]
}

let folder = ''
let pictures: readonly string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-cifar-'))
  if (existsSync(model)) pictures = (await Promise.all(['000', '001'].map(unpackStrip))).flat()
})
afterAll(() => rm(folder, { recursive: true }))

/** 1,000 pictures of 32 x 32 pixels lie one below the other. */
async function unpackStrip(strip: string): Promise<string[]> {
  const pixels = await sharp(join(data, `cifar100/test_first2k/${strip}.png`))
    .raw()
    .toBuffer()
  return Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const path = join(folder, `${strip}-${i}.png`)
      const one = pixels.subarray(i * 3072, (i + 1) * 3072)
      await sharp(one, { raw: { width: 32, height: 32, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toFile(path)
      return path
    }),
  )
}

async function open(level: 'group' | 'class', dtype: Dtype, templates?: readonly string[]) {
  const { fine, coarse, fine_to_coarse } = await readJson<Classes>(join(data, 'cifar100/classes.json'))
  const below = (group: number) => fine.filter((_, f) => fine_to_coarse[f] === group).map((name) => ({ name }))
  const taxonomy = makeTaxonomy(coarse.map((name, group) => ({ name, classes: below(group) })))
  const annotator = await openZeroShot({
    id: 'clip',
    model,
    dtype,
    taxonomy,
    level,
    ...(templates && { templates }),
    price: { kind: 'answer', amount: 0 },
    cacheDir: folder,
    clock: { now: () => 0 },
  })
  const ask = async (path: string): Promise<Readonly<Record<string, number>>> => {
    const item: Item = { id: path, source: { kind: 'image', path }, labels: {} }
    const { answer } = await annotator.ask(item, { kind: 'classify', level }, new AbortController().signal)
    return answer.kind === 'distribution' ? answer.probabilities : {}
  }
  return { ask, names: level === 'class' ? fine : coarse }
}

needsData('the probabilities of the probe pictures are those of the reference program', async () => {
  const reference = await readJson<{ probs_fine: number[][] }>(join(model, 'reference_outputs.json'))
  const { ask, names } = await open('class', 'fp32', ['a photo of a {}'])
  for (const [i, expected] of reference.probs_fine.entries()) {
    const probabilities = await ask(join(model, `probe/test_${String(i).padStart(5, '0')}.png`))
    for (const [name, share] of Object.entries(probabilities)) {
      expect(Math.abs(share - expected[names.indexOf(name)]!)).toBeLessThan(2e-5)
    }
    expect(Object.keys(probabilities)[0]).toBe(names[expected.indexOf(Math.max(...expected))])
  }
})

// Of the model's SOURCE.md: 51.3 % fine, 66.1 % coarse, 51.6 % fine quantised, each with one sentence per class.
needsData.for([
  ['class', 'fp32', 51.3],
  ['group', 'fp32', 66.1],
  ['class', 'q8', 51.6],
] as const)('of 2,000 test pictures, by %s and %s, %d percent are right', async ([level, dtype, percent]) => {
  const { ask, names } = await open(level, dtype)
  const likeliest = async (path: string) => Object.keys(await ask(path))[0]
  const rows = (await readFile(join(data, 'cifar100/test_first2k.labels.tsv'), 'utf8')).trim().split('\n').slice(1)
  const truths = rows.map((row) => names[Number(row.split('\t')[level === 'class' ? 3 : 4])])
  const guesses: (string | undefined)[] = []
  for (let start = 0; start < pictures.length; start += 100) {
    guesses.push(...(await Promise.all(pictures.slice(start, start + 100).map(likeliest))))
  }
  const right = guesses.filter((guess, i) => guess === truths[i]).length / 20
  expect(Math.abs(right - percent)).toBeLessThan(0.5)
})

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T
}
