import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Turn } from '../campaign/run.ts'
import { makeRng, type Rng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { drawMeadow } from '../sample/meadow.ts'
import { argmaxRows, matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { labelProject } from './label.ts'
import { openProject, type Project } from './project.ts'
import { readConfig } from './read-config.ts'
import { openDataWords } from './words.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'labelwright-open-'))
})
afterAll(() => rm(root, { recursive: true }))

const clock = { now: () => 0 }

async function open(dir: string, yaml: string): Promise<Project> {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'labelwright.yaml'), yaml)
  return openProject(await readConfig(dir, {}), { clock, env: {} })
}

const meadowConfig = `
dataset: { path: ./manifest.csv, open: { index: ./open/captions.jsonl } }
classes: ./classes.yaml
annotators: [{ id: anna, kind: human, hourly: 30 }]
budget: 10
`

test('pictures whose captions name a class are learned from, and those that cannot be read are listed', async () => {
  const dir = join(root, 'meadow')
  await drawMeadow({ seed: 1, count: 12, dir })
  const { captions } = await drawMeadow({ seed: 2, count: 30, wrongCaptions: 0, dir: join(dir, 'open') })
  await appendFile(
    captions!,
    [
      { path: 'images/gone.jpg', caption: 'crossbearer' },
      { path: '../manifest.csv', caption: 'oakleaf weaver' },
      { path: 'https://example.com/a.jpg', caption: 'arrow weaver' },
      { path: 'images/broken.jpg', caption: 'lake burrower' },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  await writeFile(join(dir, 'open/images/broken.jpg'), 'no picture')

  const project = await open(dir, meadowConfig)
  const { pool, taxonomy } = project.campaign
  const drawn = await readFile(join(dir, 'open/manifest.csv'), 'utf8')
  const species = new Map(drawn.split('\n').map((line) => line.split(',', 2) as [string, string]))
  const folder = await readdir(join(dir, '.labelwright/open'))
  const hits = (
    await readFile(
      join(
        dir,
        '.labelwright/open',
        folder.find((name) => name.endsWith('.jsonl'))!,
      ),
      'utf8',
    )
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { source: string; class: string })
  const usable = hits.filter(({ source }) => species.has(source))
  expect(usable.length).toBeGreaterThan(20)
  expect(hits).toHaveLength(usable.length + 4)
  // Every caption is right here, so that a hit's class is its species.
  expect(usable.map((hit) => hit.class)).toEqual(usable.map(({ source }) => species.get(source)))
  const names = taxonomy.levels.at(-1)!.classes.map(({ name }) => name)
  expect(Array.from(pool.open!.labels, (y) => names[y])).toEqual(usable.map((hit) => hit.class))
  expect([pool.open!.features.rows, pool.open!.features.cols]).toEqual([usable.length, pool.features.cols])
  expect(pool.features.rows).toBe(12)

  const why = project.quarantined.map(({ where, why: reason }) => `${where}: ${reason}`)
  expect(why).toHaveLength(4)
  expect(why[0]).toMatch(/^open data: not fetched from elsewhere: 1 picture, among /)
  expect(why.slice(1).toSorted()).toEqual([
    expect.stringContaining('../manifest.csv leads out of'),
    expect.stringMatching(/^images\/broken.jpg: /),
    expect.stringContaining('there is no file images/gone.jpg'),
  ])
  expect(openDataWords(pool.open!, taxonomy)).toContain(`Open data: ${usable.length} items for `)
  await project.close()
})

test('the plan says for which classes there are no open data', () => {
  const taxonomy = makeTaxonomy(['ant', 'bee', 'wasp'].map((name) => ({ name })))
  const words = (...labels: number[]) =>
    openDataWords({ features: matrix(labels.length, 1), labels: Int32Array.from(labels) }, taxonomy)
  expect(words(1, 1)).toBe('Open data: 2 items for 1 of 3 classes; none for ant, wasp.')
  expect(words(0, 1, 2)).toBe('Open data: 3 items for 3 of 3 classes.')
})

test('the index is searched once, and again when it has changed', async () => {
  const dir = join(root, 'meadow')
  const [found] = (await readdir(join(dir, '.labelwright/open'))).filter((name) => name.endsWith('.jsonl'))
  const hits = join(dir, '.labelwright/open', found!)
  const [first, ...rest] = (await readFile(hits, 'utf8')).split('\n')
  const changed = JSON.stringify({ ...(JSON.parse(first!) as object), label: 39 })
  await writeFile(hits, [changed, ...rest].join('\n'))
  const kept = await open(dir, meadowConfig)
  expect(kept.campaign.pool.open!.labels[0]).toBe(39)
  await kept.close()
  await appendFile(join(dir, 'open/captions.jsonl'), '\n')
  const again = await open(dir, meadowConfig)
  expect(again.campaign.pool.open!.labels[0]).not.toBe(39)
  await again.close()
})

const toyClasses = ['ant', 'bee', 'wasp']

const dims = 60

/** Three heaps of points in more dimensions than eight labels can tell apart, the last of them rare. */
async function writeToy(dir: string): Promise<Int32Array> {
  await mkdir(dir, { recursive: true })
  const rng = makeRng(3, 'toy')
  const labels = Int32Array.from({ length: 150 }, (_, i) => (i % 15 === 0 ? 2 : i % 2))
  const heap = (y: number, by: Rng) => Array.from({ length: dims }, (_, j) => (j % 3 === y ? 0.6 : 0) + by.normal())
  await writeNpy(join(dir, 'pool.npy'), matrix(150, dims, Float32Array.from([...labels].flatMap((y) => heap(y, rng)))))
  await writeFile(
    join(dir, 'pool.csv'),
    ['id,text,label', ...Array.from(labels, (y, i) => `t${i},text,${toyClasses[y]}`)].join('\n'),
  )
  const openLabels = Array.from({ length: 300 }, (_, i) => i % 3)
  await writeNpy(join(dir, 'open.npy'), matrix(300, dims, Float32Array.from(openLabels.flatMap((y) => heap(y, rng)))))
  await writeFile(
    join(dir, 'open.jsonl'),
    // Every tenth caption is wrong.
    openLabels
      .map((y, i) =>
        JSON.stringify({ caption: `a ${toyClasses[i % 10 ? y : (y + 1) % 3]}`, path: `https://e.org/${i}` }),
      )
      .join('\n'),
  )
  return labels
}

const toyConfig = (dataset: string, more = ''): string => `
dataset: ${dataset}
classes: [${toyClasses.join(', ')}]
labels: { truth: label }
encoder: ./pool.npy
annotators: [{ id: person, kind: oracle, labels: label, price: { answer: 1 } }]
strategy: information
budget: 8
start: 8
audit: false
${more}`

test('a class that people have not labelled yet is found by its open data, without a picture of it', async () => {
  const dir = join(root, 'toy')
  const labels = await writeToy(dir)
  const wasps = [...labels.keys()].filter((i) => labels[i] === 2)
  const found = async (dataset: string): Promise<number> => {
    await rm(join(dir, '.labelwright'), { recursive: true, force: true })
    const project = await open(dir, toyConfig(dataset))
    const turns: Turn[] = []
    const hooks = { clock, signal: new AbortController().signal, onRound: (_: unknown, turn: Turn) => turns.push(turn) }
    await labelProject(project, hooks)
    await project.close()
    const { posterior, standing } = turns.at(-1)!
    expect(wasps.filter((i) => standing.hearing.trusted[i]! >= 0)).toEqual([])
    const guesses = argmaxRows(posterior)
    return wasps.filter((i) => guesses[i] === 2).length / wasps.length
  }
  expect(await found('./pool.csv')).toBe(0)
  expect(await found('{ path: ./pool.csv, open: { index: ./open.jsonl, features: ./open.npy } }')).toBeGreaterThan(0.6)
})

test.each([
  ['{ index: ./open.jsonl }', 'bad-config', 'the open data need theirs'],
  ['{ index: ./absent.jsonl, features: ./open.npy }', 'file-not-found', 'There is no file'],
  ['{ index: ./open.jsonl, features: ./pool.npy }', 'feature-rows', 'holds 150 rows, but'],
  ['{ index: ./open.jsonl, features: ./open.npy, caption: text }', 'missing-column', 'its columns are: caption, path.'],
  ['{ index: ./open.jsonl, features: ./open.npy, caption: path }', 'no-caption-matched', 'Of the 300 captions in'],
  [
    '{ index: ./open.jsonl, features: ./open.npy, minSimilarity: 1 }',
    'no-caption-matched',
    '300 items are less similar',
  ],
])('the open data %s are refused', async (said, code, problem) => {
  const dir = join(root, 'refused')
  await writeToy(dir)
  const error = await open(dir, toyConfig(`{ path: ./pool.csv, open: ${said} }`)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code })
  expect((error as Error).message).toContain(problem)
})

test('open data without a single readable picture are an error that says where the hits are listed', async () => {
  const dir = join(root, 'remote')
  await drawMeadow({ seed: 1, count: 2, dir })
  await mkdir(join(dir, 'open'))
  await writeFile(join(dir, 'open/captions.jsonl'), '{"caption": "crossbearer", "path": "https://example.com/1.jpg"}\n')
  await expect(open(dir, meadowConfig)).rejects.toMatchObject({
    code: 'no-open-items',
    problem: expect.stringContaining('1 picture'),
    fix: expect.stringMatching(/\.labelwright\/open\/[0-9a-f]{32}\.jsonl/),
  })
})
