import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCsv, writeJsonl } from './export.ts'
import type { ExportRow } from './export.ts'
import { readTable } from './table.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

const rows: readonly ExportRow[] = [
  {
    id: 'a, "b".jpg',
    label: 'bee',
    probability: 1 / 3,
    source: 'model',
    annotators: ['anna', 'qwen'],
    soft: [
      ['1', 2 / 3],
      ['bee', 1 / 3],
    ],
  },
  { id: '=1+1', label: '1', probability: 1, source: 'person', annotators: [], soft: [] },
]

test('CSV and JSONL hold the same rows, soft labels in the order of the classes', async () => {
  await writeCsv(join(folder, 'a.csv'), rows, ['bee', '1'])
  await writeJsonl(join(folder, 'a.jsonl'), rows, ['bee', '1'])
  expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(
    'id,label,probability,source,annotators,soft\n' +
      '"a, ""b"".jpg",bee,0.333333,model,anna;qwen,"{""bee"":0.333333,""1"":0.666667}"\n' +
      '=1+1,1,1,person,,{}\n',
  )
  expect(await readFile(join(folder, 'a.jsonl'), 'utf8')).toBe(
    '{"id":"a, \\"b\\".jpg","label":"bee","probability":0.333333,"source":"model","annotators":["anna","qwen"],' +
      '"soft":{"bee":0.333333,"1":0.666667}}\n' +
      '{"id":"=1+1","label":"1","probability":1,"source":"person","annotators":[],"soft":{}}\n',
  )
})

test('no rows give a header alone, and many rows arrive in order', async () => {
  async function* many(): AsyncGenerator<ExportRow> {
    for (let i = 0; i < 2500; i++) yield { ...rows[1]!, id: `item ${i}` }
  }
  await writeCsv(join(folder, 'none.csv'), [], [])
  expect(await readFile(join(folder, 'none.csv'), 'utf8')).toBe('id,label,probability,source,annotators,soft\n')
  await writeCsv(join(folder, 'many.csv'), many(), [])
  const ids = (await readTable(join(folder, 'many.csv'))).rows.map(({ cells }) => cells.id)
  expect(ids).toEqual(Array.from({ length: 2500 }, (_, i) => `item ${i}`))
})

test('a probability that is no number is refused by item, and no file appears', async () => {
  const before = await readdir(folder)
  const broken = { ...rows[0]!, probability: NaN }
  await expect(writeJsonl(join(folder, 'nan.jsonl'), [rows[1]!, broken], [])).rejects.toMatchObject({
    code: 'bad-probability',
  })
  expect(await readdir(folder)).toEqual(before)
})

test('ids and labels come back from CSV as they were, whatever they hold', async () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', '\t', ' ', 'a', 'é', '😀', ';', '='),
    minLength: 1,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }), async (pairs) => {
      const path = join(folder, 'property.csv')
      await writeCsv(
        path,
        pairs.map(([id, label]) => ({ ...rows[1]!, id, label })),
        [],
      )
      const read = (await readTable(path)).rows.map(({ cells }) => [cells.id, cells.label])
      expect(read).toEqual(pairs)
    }),
    { numRuns: 50 },
  )
})
