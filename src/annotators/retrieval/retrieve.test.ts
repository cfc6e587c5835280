import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { matrix } from '../../tensor/matrix.ts'
import { writeNpy } from '../../tensor/npy.ts'
import { quoted, quotedName } from './closed-database.ts'
import { retrieve } from './retrieve.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-retrieval-'))
})
afterAll(() => rm(dir, { recursive: true }))

const taxonomy = makeTaxonomy([{ name: 'bee', aliases: ['Apis'] }, { name: 'moth' }, { name: 'wasp' }])

const captions = ['Apis, an apis', 'a bee in flight over the meadow', 'moth', 'bee or moth?', 'nothing to see', 'a bee']
const rows = captions.map((caption, i) => ({ caption, path: `p${i}.jpg` }))
/** Bees to the right, moths upwards; but the second bee looks like a moth. */
const embeddings = matrix(6, 2, Float32Array.of(1, 0, 0.1, 1, 0, 1, 1, 1, 0, 0, 3, 0.3))

async function writeLines(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return path
}

/** @param columns - Expressions over the row number `i`, by name. */
async function writeParquet(name: string, count: number, columns: Readonly<Record<string, string>>): Promise<string> {
  const path = join(dir, name)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const selected = Object.entries(columns).map(([column, sql]) => `${sql} AS ${quotedName(column)}`)
  await connection.run(
    `COPY (SELECT ${selected.join(', ')} FROM range(${count}) t(i)) TO ${quoted(path)} (ROW_GROUP_SIZE 2048)`,
  )
  connection.closeSync()
  return path
}

test('items are labelled with the class that their caption names, short captions first', async () => {
  const { items, classes, ...counted } = await retrieve(
    { files: [{ path: await writeLines('plain.jsonl', rows) }] },
    taxonomy,
  )
  expect(items).toEqual([
    { id: 'p5.jpg', source: 'p5.jpg', caption: 'a bee', label: 0, similarity: null, file: 0, row: 5 },
    { id: 'p0.jpg', source: 'p0.jpg', caption: 'Apis, an apis', label: 0, similarity: null, file: 0, row: 0 },
    { id: 'p1.jpg', source: 'p1.jpg', caption: captions[1], label: 0, similarity: null, file: 0, row: 1 },
    { id: 'p2.jpg', source: 'p2.jpg', caption: 'moth', label: 1, similarity: null, file: 0, row: 2 },
  ])
  expect(classes[0]).toEqual({
    name: 'bee',
    names: [
      { name: 'bee', captions: 3 },
      { name: 'Apis', captions: 1 },
    ],
    promptName: 'bee',
    hits: 3,
    ambiguous: 1,
    distant: 0,
    kept: 3,
    atCap: false,
  })
  expect(classes.map(({ hits, ambiguous, kept }) => [hits, ambiguous, kept])).toEqual([
    [3, 1, 3],
    [1, 1, 1],
    [0, 0, 0],
  ])
  expect(counted).toEqual({ rows: 6, unreadable: 0 })
})

test('the most used name is the prompt name', async () => {
  const path = await writeLines('names.jsonl', [rows[0], { caption: 'Apis again', path: 'x' }, rows[5]])
  const { classes } = await retrieve({ files: [{ path }] }, taxonomy)
  expect(classes.map(({ promptName }) => promptName)).toEqual(['Apis', 'moth', 'wasp'])
})

test('a caption that names several classes can stand for the first', async () => {
  const path = await writeLines('first.jsonl', rows)
  const { items, classes } = await retrieve({ files: [{ path }] }, taxonomy, { ambiguous: 'first' })
  expect(items.filter(({ row }) => row === 3)).toMatchObject([{ label: 0 }])
  expect(classes.map(({ hits, ambiguous }) => [hits, ambiguous])).toEqual([
    [4, 0],
    [1, 1],
    [0, 0],
  ])
})

test('without prototypes, an item that does not look like its class ranks last or falls out', async () => {
  const path = await writeLines('features.jsonl', rows)
  const features = join(dir, 'features.npy')
  await writeNpy(features, embeddings)
  const index = { files: [{ path, features }] }
  const all = await retrieve(index, taxonomy)
  // The sum of the bees' directions: (1, 0) + (0.1, 1) / 1.005 + (3, 0.3) / 3.015 = (2.094, 1.095), of length 2.363.
  expect(all.items.slice(0, 3).map(({ row, similarity }) => [row, Number(similarity!.toFixed(3))])).toEqual([
    [5, 0.928],
    [0, 0.886],
    [1, 0.549],
  ])
  const near = await retrieve(index, taxonomy, { minSimilarity: 0.6 })
  expect(near.items.map(({ row }) => row)).toEqual([5, 0, 2])
  expect(near.classes[0]).toMatchObject({ hits: 3, distant: 1, kept: 2 })
})

test('given prototypes decide, and the cap keeps the most similar', async () => {
  const path = await writeParquet('embedded.parquet', 6, {
    caption: `'bee ' || i`,
    path: `i || '.jpg'`,
    vector: 'CASE WHEN i = 4 THEN NULL ELSE [i::DOUBLE, 1] END',
  })
  const { items, classes } = await retrieve({ files: [{ path }], columns: { embedding: 'vector' } }, taxonomy, {
    prototypes: matrix(3, 2, Float32Array.of(1, 0, 0, 1, 1, 1)),
    perClass: 2,
  })
  // cos((i, 1), (1, 0)) = i / sqrt(i² + 1): 5 / sqrt 26 = 0.9806, 3 / sqrt 10 = 0.9487.
  expect(items.map(({ id, similarity }) => [id, Number(similarity!.toFixed(4))])).toEqual([
    ['5.jpg', 0.9806],
    ['3.jpg', 0.9487],
  ])
  expect(classes[0]).toMatchObject({ hits: 6, kept: 2, atCap: true })
})

test('rows of features stay with their captions over files, row groups and broken lines', async () => {
  const count = 5000
  const sevenths = (file: number) =>
    matrix(
      count,
      1,
      Float32Array.from({ length: count }, (_, i) => file + (i % 7)),
    )
  const parquet = await writeParquet('many.parquet', count, { caption: `'bee ' || (i % 7)`, path: `'a' || i` })
  const lines = Array.from({ length: count }, (_, i) => ({ caption: `moth ${1 + (i % 7)}`, path: `b${i}` }))
  const jsonl = await writeLines('many.jsonl', ['{"caption": broken', ...lines.slice(1)])
  await writeNpy(join(dir, 'many-0.npy'), sevenths(0))
  await writeNpy(join(dir, 'many-1.npy'), sevenths(1))
  const { items, unreadable } = await retrieve(
    {
      files: [
        { path: parquet, features: join(dir, 'many-0.npy') },
        { path: jsonl, features: join(dir, 'many-1.npy') },
      ],
    },
    taxonomy,
    { perClass: count, minSimilarity: 0.5 },
  )
  expect(unreadable).toBe(1)
  // A feature of 0 has no direction: every seventh bee falls out, and no moth.
  expect(items.filter(({ label }) => label === 0).map(({ caption }) => caption)).not.toContain('bee 0')
  expect(items.filter(({ label }) => label === 0)).toHaveLength(count - Math.ceil(count / 7))
  expect(items.filter(({ label }) => label === 1)).toHaveLength(count - 1)
  expect(items.every(({ source, file, row }) => source === `${file === 0 ? 'a' : 'b'}${row}`)).toBe(true)
})

test('one picture is kept once, for the class that it ranks best for', async () => {
  const path = await writeLines('twins.jsonl', [
    { caption: 'a bee, surely', path: 'same.jpg' },
    { caption: 'a bee', path: 'same.jpg' },
    { caption: 'moth', path: 'same.jpg' },
  ])
  const { items } = await retrieve({ files: [{ path }] }, taxonomy)
  expect(items).toMatchObject([{ caption: 'moth', label: 1 }])
})

test('hostile names of files and columns are just names', async () => {
  const caption = `"; DROP TABLE x; --'%_`
  const path = await writeParquet("it's; --.parquet", 2, { [caption]: `'a bee'`, 'p\'a"th': `'x' || i` })
  const found = await retrieve({ files: [{ path }], columns: { caption, source: 'p\'a"th' } }, taxonomy)
  expect(found.items.map(({ source }) => source)).toEqual(['x0', 'x1'])
  const lines = await writeLines("caption=bee's.jsonl", [{ [caption]: 'moth', 'p\'a"th': 'y' }])
  const inLines = await retrieve({ files: [{ path: lines }], columns: { caption, source: 'p\'a"th' } }, taxonomy)
  expect(inLines.items).toMatchObject([{ source: 'y', label: 1 }])
})

test.each([
  ['no.csv', 'path,caption\n', 'unknown-format', 'The extension of'],
  ['no.parquet', 'this is no Parquet', 'bad-index', 'no.parquet cannot be read as Parquet: '],
  ['empty.parquet', '', 'bad-index', 'empty.parquet cannot be read as Parquet: '],
  ['bin.jsonl', '\u0000\u0001\u0002', 'missing-column', 'has no column "caption"'],
  [
    'other.jsonl',
    '{"text": "bee", "path": "a"}',
    'missing-column',
    'has no column "caption"; its columns are: text, path.',
  ],
  ['glob*.jsonl', '{}', 'bad-index', 'has one of * ? ['],
])('the index %s is refused', async (name, content, code, problem) => {
  const path = join(dir, name)
  await writeFile(path, content)
  const error = await retrieve({ files: [{ path }] }, taxonomy).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code })
  expect((error as Error).message).toContain(problem)
})

test('what does not fit together is refused', async () => {
  const path = await writeLines('fits.jsonl', rows)
  await writeNpy(join(dir, 'five.npy'), matrix(5, 2))
  const refused = async (...args: Parameters<typeof retrieve>) =>
    expect(await retrieve(...args).catch((thrown: unknown) => thrown))
  ;(await refused({ files: [{ path: join(dir, 'absent.jsonl') }] }, taxonomy)).toMatchObject({ code: 'file-not-found' })
  ;(await refused({ files: [{ path: dir }] }, taxonomy)).toMatchObject({ code: 'bad-index' })
  ;(await refused({ files: [{ path, features: join(dir, 'five.npy') }] }, taxonomy)).toMatchObject({
    code: 'feature-rows',
    problem: `${join(dir, 'five.npy')} holds 5 rows, but ${path} has 6.`,
  })
  ;(await refused({ files: [] }, taxonomy)).toMatchObject({ code: 'bad-option' })
  ;(await refused({ files: [{ path }] }, taxonomy, { minSimilarity: 0.2 })).toMatchObject({ code: 'bad-option' })
  ;(await refused({ files: [{ path }] }, taxonomy, { perClass: 0 })).toMatchObject({ code: 'bad-option' })
})
