import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readDataset } from './dataset.ts'
import type { Dataset } from './dataset.ts'

let outside = ''
let root = ''
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'labelwright-'))
  root = join(outside, 'data')
  await mkdir(root)
})
afterEach(() => rm(outside, { recursive: true }))

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

async function manifest(name: string, content: string): Promise<Dataset> {
  await put({ [name]: content })
  return readDataset(join(root, name))
}

function idsOf(dataset: Dataset): string[] {
  return dataset.items.map(({ id }) => id)
}

test('a folder gives its pictures in byte order, whatever their case and depth, and skips hidden and other files', async () => {
  await put({ 'b.JPG': 'x', 'a/deep/c.png': 'x', 'ä.webp': 'x', '\uFF5E.gif': 'x', '😀.gif': 'x' })
  await put({ 'a.txt': 'x', '.hidden/d.jpg': 'x', '.e.jpg': 'x' })
  const dataset = await readDataset(root)
  expect(idsOf(dataset)).toEqual(['a/deep/c.png', 'b.JPG', 'ä.webp', '\uFF5E.gif', '😀.gif'])
  expect(dataset).toMatchObject({ root, kind: 'folder', labelColumns: [], quarantined: [] })
  expect(dataset.items[1]).toEqual({ id: 'b.JPG', source: { kind: 'image', path: join(root, 'b.JPG') }, labels: {} })
})

test('a folder with one subfolder per class labels its pictures', async () => {
  await put({ 'bee/1.jpg': 'x', 'bee/more/2.jpg': 'x', 'moth/1.jpg': 'x', 'notes.txt': 'x' })
  const dataset = await readDataset(root)
  expect(dataset.labelColumns).toEqual(['folder'])
  expect(dataset.items.map(({ labels }) => labels.folder)).toEqual(['bee', 'bee', 'moth'])
})

test('one picture beside the subfolders, or a single subfolder, means that subfolders are no classes', async () => {
  await put({ 'bee/1.jpg': 'x' })
  expect((await readDataset(root)).labelColumns).toEqual([])
  await put({ 'moth/1.jpg': 'x', 'cover.jpg': 'x' })
  expect((await readDataset(root)).labelColumns).toEqual([])
})

test('ids are composed Unicode even where the disk spells names otherwise, and the path still opens the file', async () => {
  const decomposed = 'é.jpg'.normalize('NFD')
  await put({ [decomposed]: 'x' })
  const [item] = (await readDataset(root)).items
  expect(item).toMatchObject({ id: 'é.jpg', source: { path: join(root, decomposed) } })
  const [named] = (await manifest('m.csv', 'path\né.jpg\n')).items
  expect(named).toMatchObject({ id: 'é.jpg', source: { path: join(root, decomposed) } })
})

test('empty pictures and links that leave the folder are set aside; links within it are followed', async () => {
  await put({ 'a.jpg': 'x', 'empty.jpg': '' })
  await writeFile(join(outside, 'secret.jpg'), 'x')
  await symlink(join(outside, 'secret.jpg'), join(root, 'leak.jpg'))
  await symlink(outside, join(root, 'up'))
  await symlink(root, join(root, 'loop'))
  await symlink('nowhere', join(root, 'broken.jpg'))
  await symlink('a.jpg', join(root, 'inside.jpg'))
  const dataset = await readDataset(root)
  expect(idsOf(dataset)).toEqual(['a.jpg', 'inside.jpg'])
  expect(dataset.quarantined).toEqual([
    { where: 'broken.jpg', why: 'it is a link that leads nowhere' },
    { where: 'empty.jpg', why: 'the file is empty' },
    { where: 'leak.jpg', why: "it is a link that leads out of the dataset's folder" },
    { where: 'up', why: "it is a link that leads out of the dataset's folder" },
  ])
})

test('a folder without pictures says what was found instead', async () => {
  await put({ 'a.txt': 'x', 'b/c.csv': 'x' })
  await expect(readDataset(root)).rejects.toMatchObject({
    code: 'empty-dataset',
    problem: expect.stringContaining('0 usable pictures, 2 other files such as a.txt') as string,
  })
  await expect(readDataset(join(root, 'gone'))).rejects.toMatchObject({ code: 'dataset-not-found' })
})

test('a manifest gives its items in its own order, with labels; empty cells are no labels', async () => {
  await put({ 'a.jpg': 'x', 'images/sub/b.jpg': 'x' })
  const dataset = await manifest(
    'm.csv',
    'path,id,split,given,truth\nsub\\b.jpg,,train,cat,\n./a.jpg,first,test, dog ,bird\n',
  )
  expect(dataset).toMatchObject({ root, kind: 'manifest', labelColumns: ['given', 'truth'], quarantined: [] })
  expect(dataset.items).toEqual([
    {
      id: 'sub/b.jpg',
      source: { kind: 'image', path: join(root, 'images/sub/b.jpg') },
      labels: { split: 'train', given: 'cat' },
    },
    {
      id: 'first',
      source: { kind: 'image', path: join(root, 'a.jpg') },
      labels: { split: 'test', given: 'dog', truth: 'bird' },
    },
  ])
})

test('a manifest of texts needs no files; values that are no texts become texts', async () => {
  const dataset = await manifest(
    'm.jsonl',
    '{"text":" hello ","label":3,"tags":["a"],"constructor":null}\n{"text":"bye","id":7}\n{"label":1}\n',
  )
  expect(dataset.items).toEqual([
    { id: 'line-1', source: { kind: 'text', text: ' hello ' }, labels: { label: '3', tags: '["a"]' } },
    { id: '7', source: { kind: 'text', text: 'bye' }, labels: {} },
  ])
  expect(dataset.quarantined).toEqual([{ where: 'm.jsonl:3', why: 'it has neither a path nor a text' }])
})

test('rows that name no usable picture are set aside with their place and the reason', async () => {
  await put({ 'a.jpg': 'x', 'sub/b.jpg': 'x', file: 'x' })
  await writeFile(join(outside, 'secret.jpg'), 'x')
  await symlink(outside, join(root, 'up'))
  await symlink(join(outside, 'secret.jpg'), join(root, 'leak.jpg'))
  const paths = [
    'a.jpg',
    '../secret.jpg',
    'sub/../../secret.jpg',
    '/etc/passwd',
    'up/secret.jpg',
    'leak.jpg',
    'https://example.org/a.jpg',
    'gone/x.jpg',
    'sub',
    'file/x.jpg',
    'sub/../a.jpg',
    'x/'.repeat(5000),
    'a\0.jpg/b.jpg',
    join(root, 'sub/b.jpg'),
  ]
  const dataset = await manifest('m.jsonl', paths.map((path) => JSON.stringify({ path })).join('\n'))
  expect(idsOf(dataset)).toEqual(['a.jpg', 'sub/b.jpg'])
  expect(dataset.quarantined).toEqual([
    { where: 'm.jsonl:2', why: "../secret.jpg leads out of the manifest's folder" },
    { where: 'm.jsonl:3', why: "sub/../../secret.jpg leads out of the manifest's folder" },
    { where: 'm.jsonl:4', why: "/etc/passwd leads out of the manifest's folder" },
    { where: 'm.jsonl:5', why: "it is a link that leads out of the dataset's folder" },
    { where: 'm.jsonl:6', why: "it is a link that leads out of the dataset's folder" },
    { where: 'm.jsonl:7', why: 'remote pictures are not read yet: download them first' },
    { where: 'm.jsonl:8', why: 'there is no file gone' },
    { where: 'm.jsonl:9', why: 'sub is a folder' },
    { where: 'm.jsonl:10', why: `${join(root, 'file')} is no folder` },
    { where: 'm.jsonl:11', why: 'the id "a.jpg" is already that of line 1' },
    { where: 'm.jsonl:12', why: 'its path has 10000 characters' },
    { where: 'm.jsonl:13', why: 'there is no file a\0.jpg' },
  ])
})

test('a manifest that cannot be used says why', async () => {
  await expect(manifest('m.csv', 'file_name,label\na.jpg,x\n')).rejects.toMatchObject({
    code: 'no-path-column',
    problem: expect.stringContaining('file_name, label') as string,
  })
  await expect(manifest('m.csv', 'path,label\na.jpg,x\n')).rejects.toMatchObject({
    code: 'empty-dataset',
    problem: expect.stringContaining('at m.csv:2, there is no file a.jpg') as string,
  })
  await expect(manifest('m.pdf', 'x')).rejects.toMatchObject({ code: 'unknown-format' })
})

test('only the chosen label columns are taken', async () => {
  await put({ 'm.csv': 'text,given,truth,split\nhello,a,b,test\n' })
  const dataset = await readDataset(join(root, 'm.csv'), { labelColumns: ['truth'] })
  expect(dataset.labelColumns).toEqual(['truth'])
  expect(dataset.items[0]!.labels).toEqual({ truth: 'b', split: 'test' })
  await expect(readDataset(join(root, 'm.csv'), { labelColumns: ['fine'] })).rejects.toMatchObject({
    code: 'unknown-column',
    fix: 'Its label columns are: given, truth.',
  })
})
