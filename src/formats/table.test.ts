import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTable } from './table.ts'
import type { Table } from './table.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function tableOf(name: string, content: string | Uint8Array): Promise<Table> {
  await writeFile(join(folder, name), content)
  return readTable(join(folder, name))
}

function cellsOf(table: Table): unknown[] {
  return table.rows.map((row) => Object.values(row.cells))
}

test('CSV with a byte order mark, Windows line ends and quoted line breaks reads as it was meant', async () => {
  const table = await tableOf('a.CSV', '\uFEFFpath, label\r\na.jpg,"a ""big"", cat"\r\n\r\n"b,\r\nb.jpg",dog\r\n')
  expect(table.columns).toEqual(['path', 'label'])
  expect(table.rows).toEqual([
    { line: 2, cells: { path: 'a.jpg', label: 'a "big", cat' } },
    { line: 4, cells: { path: 'b,\r\nb.jpg', label: 'dog' } },
  ])
  expect(table.quarantined).toEqual([])
})

test('a quote inside an unquoted CSV cell is a character like any other', async () => {
  expect(cellsOf(await tableOf('a.csv', 'path,label\na.jpg,5" disk\nb.jpg,"a" b\n'))).toEqual([
    ['a.jpg', '5" disk'],
    ['b.jpg', '"a" b'],
  ])
})

test('one forgotten quote costs its own line and none below it', async () => {
  const table = await tableOf('a.csv', 'path,label\na.jpg,"cat\nb.jpg,dog\nc.jpg,"bird, small"\nd.jpg,"cow\ne.jpg,x\n')
  expect(cellsOf(table)).toEqual([
    ['b.jpg', 'dog'],
    ['c.jpg', 'bird, small'],
    ['e.jpg', 'x'],
  ])
  expect(table.quarantined.map(({ where }) => where)).toEqual(['a.csv:2', 'a.csv:5'])
})

test('CSV with semicolons, as spreadsheets write it in much of Europe, is understood', async () => {
  expect(cellsOf(await tableOf('a.csv', 'path;label\na.jpg;cat, small\n'))).toEqual([['a.jpg', 'cat, small']])
})

test('lines with too few or too many cells are set aside with their place', async () => {
  const table = await tableOf('a.csv', 'path,label\na.jpg\nb.jpg,dog\nc.jpg,x,y\n')
  expect(cellsOf(table)).toEqual([['b.jpg', 'dog']])
  expect(table.quarantined).toEqual([
    { where: 'a.csv:2', why: 'it has 1 cells, the header has 2' },
    { where: 'a.csv:4', why: 'it has 3 cells, the header has 2' },
  ])
})

test('JSON lists in a TSV keep their quotes, and texts that begin with a quote swallow nothing', async () => {
  const table = await tableOf(
    'a.tsv',
    'path\tlabel\tanswers\r\na.jpg\tcat\t["face", "camera"]\r\nb.jpg\t"unclosed\t"a", "b"\r\nc.jpg\t"say ""hi"""\t"x\ty"\n',
  )
  expect(cellsOf(table)).toEqual([
    ['a.jpg', 'cat', '["face", "camera"]'],
    ['b.jpg', '"unclosed', '"a", "b"'],
    ['c.jpg', 'say "hi"', 'x\ty'],
  ])
  expect(table.quarantined).toEqual([])
})

test('JSONL keeps values as they are; its columns are all that occur; broken lines are set aside', async () => {
  const table = await tableOf(
    'a.ndjson',
    '{"path":"a\u2028.jpg","soft":{"cat":0.5}}\n\n{"path":"b.jpg","n":3}\n[1]\n{"n": NaN}\n',
  )
  expect(table.columns).toEqual(['path', 'soft', 'n'])
  expect(table.rows).toEqual([
    { line: 1, cells: { path: 'a\u2028.jpg', soft: { cat: 0.5 } } },
    { line: 3, cells: { path: 'b.jpg', n: 3 } },
  ])
  expect(table.quarantined.map(({ where }) => where)).toEqual(['a.ndjson:4', 'a.ndjson:5'])
  expect(table.quarantined[1]!.why).toMatch(/^it is not JSON: .*NaN/)
})

test('bytes that are no UTF-8 are set aside, not changed', async () => {
  const table = await tableOf('a.csv', Buffer.from('path,label\ncaf\xe9.jpg,x\nb.jpg,y\n', 'latin1'))
  expect(cellsOf(table)).toEqual([['b.jpg', 'y']])
  expect(table.quarantined).toEqual([{ where: 'a.csv:2', why: 'it is not valid UTF-8' }])
})

test('columns without a name, such as the row numbers that pandas writes, are left out', async () => {
  const table = await tableOf('a.csv', ',path,__proto__\n0,a.jpg,x\n')
  expect(table.columns).toEqual(['path', '__proto__'])
  expect(Object.entries(table.rows[0]!.cells)).toEqual([
    ['path', 'a.jpg'],
    ['__proto__', 'x'],
  ])
})

test.each([
  ['gone.csv', undefined, 'file-not-found'],
  ['a.xlsx', 'x', 'unknown-format'],
  ['a.csv', '', 'empty-table'],
  ['a.csv', 'path\n', 'empty-table'],
  ['a.jsonl', '[\n{},\n', 'empty-table'],
  ['a.csv', 'a,b,a\n1,2,3\n', 'bad-header'],
  ['a.csv', '"a,b\n1,2,3\n', 'bad-header'],
  ['a.tsv', Buffer.from('\uFEFFpath\tlabel\r\n', 'utf16le'), 'bad-encoding'],
])('%s holding %j is refused as %s', async (name, content, code) => {
  const reading = content === undefined ? readTable(join(folder, name)) : tableOf(name, content)
  await expect(reading).rejects.toMatchObject({ code })
})

test('a folder is no table, whatever it is called', async () => {
  await mkdir(join(folder, 'folder.csv'))
  await expect(readTable(join(folder, 'folder.csv'))).rejects.toMatchObject({ code: 'unreadable-file' })
})

test('whatever CSV cells hold, they are read back unchanged', async () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\t', ' ', 'a', 'é', '😀', ';', '=') })
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
      const lines = rows.map((row) => row.map(quoted).join(','))
      const table = await tableOf('property.csv', ['a,b', ...lines, ''].join('\n'))
      expect(cellsOf(table)).toEqual(rows)
    }),
    { numRuns: 50 },
  )
})
