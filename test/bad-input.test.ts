import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { LedgerEntry } from '../src/store/store.ts'
import { endOf, labelwright } from './command.ts'
import { writeToyProject } from './toy-project.ts'

let folder: string
let dir: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-bad-input-'))
  dir = join(folder, 'project')
})
afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function ledgerOf(project: string): Promise<readonly LedgerEntry[]> {
  const store = await openSqliteStore(join(project, '.labelwright/ledger.sqlite'))
  return store.answers().finally(() => store.close())
}

/** An init that must fail and leave nothing behind. */
async function refusedInit(...args: string[]): Promise<string> {
  const before = await readdir(folder)
  const { code, stdout, stderr } = await labelwright('init', ...args, '--dir', dir, '--json')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(await readdir(folder)).toEqual(before)
  return stderr
}

test('a dataset that is not there is named, and nothing is made', async () => {
  const said = await refusedInit(join(folder, 'nowhere'))
  expect(said).toContain(`There is no folder or file ${join(folder, 'nowhere')}.`)
  expect(said).toContain('→ Give a folder of pictures, or a CSV, TSV or JSONL manifest.')
})

test('an empty dataset is refused with what was looked for', async () => {
  await mkdir(join(folder, 'empty'))
  const said = await refusedInit(join(folder, 'empty'))
  expect(said).toContain('found 0 usable pictures, 0 other files')
  const header = await write('header-only.csv', 'path,label\n')
  expect(await refusedInit(header)).toContain(header)
})

test('a class that is named twice is named in the refusal, with its file', async () => {
  const manifest = await write('texts.csv', 'text\none\ntwo\n')
  const classes = await write('classes.txt', 'bee\nmoth\nBee\n')
  const said = await refusedInit(manifest, '--classes', classes)
  expect(said).toMatch(/classes\.txt.*"bee" and "Bee"|classes\.txt.*both called "bee"/i)
  expect(said).toContain('→ Rename one of them')
})

test('a dataset without labels needs classes, and is told how', async () => {
  const manifest = await write('texts.csv', 'text\none\ntwo\n')
  expect(await refusedInit(manifest)).toContain('--classes classes.txt')
})

test('an init where a project is already leaves it as it is', async () => {
  await writeToyProject(dir)
  const before = await readFile(join(dir, 'labelwright.yaml'), 'utf8')
  expect(await refusedInit(join(dir, 'manifest.csv'))).toContain('is there already')
  expect(await readFile(join(dir, 'labelwright.yaml'), 'utf8')).toBe(before)
})

test('an init never writes over classes that somebody wrote', async () => {
  await mkdir(dir)
  const manifest = await write('texts.csv', 'text,label\none,a\ntwo,b\nthree,a\nfour,b\n')
  await writeFile(join(dir, 'classes.yaml'), '[mine, yours]\n')
  const said = await refusedInit(manifest)
  expect(said).toContain(join(dir, 'classes.yaml'))
  expect(said).toContain('--classes')
  expect(await readFile(join(dir, 'classes.yaml'), 'utf8')).toBe('[mine, yours]\n')
  expect(existsSync(join(dir, 'labelwright.yaml'))).toBe(false)
})

test('a corrupt picture and an unreadable line are listed, and the rest is labelled', async () => {
  await mkdir(join(dir, 'images'), { recursive: true })
  const rows = ['path,label']
  for (let i = 0; i < 12; i++) {
    const label = i % 2 ? 'leaf' : 'stone'
    const picture = sharp({ create: { width: 24, height: 24 + i, channels: 3, background: i % 2 ? '#2a2' : '#888' } })
    await picture.png().toFile(join(dir, 'images', `${i}.png`))
    rows.push(`images/${i}.png,${label}`)
  }
  await writeFile(join(dir, 'images', 'broken.png'), 'no picture at all')
  rows.push('images/broken.png,leaf', 'images/gone.png,leaf', 'images/3.png,leaf,too,many')
  await writeFile(join(dir, 'manifest.csv'), `${rows.join('\n')}\n`)
  await writeFile(
    join(dir, 'labelwright.yaml'),
    `dataset: ./manifest.csv
classes: [leaf, stone]
annotators: [{ id: person, kind: oracle, labels: label, price: { answer: 1 } }]
budget: 6
start: 4
`,
  )
  const { code, stdout } = await labelwright('label', '--dir', dir)
  expect(code).toBe(0)
  expect(stdout).toContain('3 could not be used and are left out:')
  expect(stdout).toMatch(/ {2}images\/broken\.png: \S+/)
  expect(stdout).toMatch(/ {2}manifest\.csv:15: .*gone\.png|manifest\.csv:15: \S+/)
  expect(stdout).toContain('  manifest.csv:16: it has 4 cells, the header has 2')
  expect(stdout).toContain('12 labels for')
  const report = await readFile(join(dir, 'report.html'), 'utf8')
  expect(report).toContain('images/broken.png')
  await labelwright('export', '--dir', dir, '--out', join(dir, 'labels.csv'))
  expect((await readFile(join(dir, 'labels.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(13)
})

test('recorded answers about strangers are listed, and those outside the classes are kept as such', async () => {
  await writeToyProject(dir, { texts: 60, budget: 20 })
  const answers = (await readFile(join(dir, 'answers.csv'), 'utf8')).replace(/^(t[0-4]*),.*$/gm, '$1,zeppelin')
  await writeFile(join(dir, 'answers.csv'), `${answers}t999,music\nt7,music,x\n`)
  const { code, stdout } = await labelwright('label', '--dir', dir)
  expect(code).toBe(0)
  expect(stdout).toContain('answers.csv:62: the dataset has no item "t999"')
  expect(stdout).toContain('answers.csv:63: it has 3 cells, the header has 2')
  const said = (await ledgerOf(dir)).map(({ answer }) => answer)
  expect(said).toContainEqual({ kind: 'outside', said: 'zeppelin' })
})

test('while an endpoint is down the answers of others are kept, and the next run goes on', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const message = { role: 'assistant', content: '{"label":"music"}' }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ id: '1', created: 0, model: 'toy', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
      )
    })
  })
  const port = await listen(server, 0)
  await close(server)
  const url = `http://127.0.0.1:${port}/v1`
  await writeToyProject(dir, {
    texts: 60,
    budget: 20,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: model, kind: vlm, endpoint: "${url}", model: toy, price: { answer: 0.02 } }`,
  })
  const down = await labelwright('label', '--dir', dir, '--json')
  expect(down).toMatchObject({ code: 1, stdout: '' })
  expect(down.stderr).toContain(`Nothing answers at ${url}`)
  expect(down.stderr).toContain('→ Start the model server')
  const kept = await ledgerOf(dir)
  expect(kept.map(({ annotator }) => annotator)).toEqual(Array(10).fill('person'))

  await listen(server, port)
  try {
    expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await close(server)
  }
  const ledger = await ledgerOf(dir)
  expect(ledger).toEqual(expect.arrayContaining([...kept]))
  expect(ledger.some(({ annotator }) => annotator === 'model')).toBe(true)
})

test('money that does not pay for one question is refused before anything is asked', async () => {
  await writeToyProject(dir)
  const { code, stdout, stderr } = await labelwright('label', '--dir', dir, '--budget', '0.5', '--json')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('The budget of 0.50 units does not pay for one answer of a person, 1.00 units.')
  expect(stderr).toContain('→ Raise the budget')
  expect(existsSync(join(dir, '.labelwright/ledger.sqlite'))).toBe(false)
})

test('wrong usage is told apart from failure by exit code 2', async () => {
  await writeToyProject(dir)
  const usage = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await labelwright(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    return stderr
  }
  expect(await usage('label', '--dir', dir, '--colour', 'red')).toContain("unknown option '--colour'")
  expect(await usage('label', '--dir', dir, '--strategy', 'magic')).toContain('information, margin, entropy, random')
  expect(await usage('label', '--dir', dir, '--budget', 'much')).toContain('Write an amount of money')
  expect(await usage('serve', '--dir', dir, '--port', '70000')).toContain('from 0 to 65535')
  expect(await usage('labl')).toContain('label')
  expect(await usage('export', '--dir', dir, '--out', 'labels.xls')).toContain('--format csv or --format jsonl')
  expect(await usage('status', '--dir', folder, '--json')).toContain(`There is no labelwright.yaml in ${folder}.`)
})

test('a budget that does not pay for everybody about one item still pays for people', async () => {
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: earlier, kind: recorded, answers: ./answers.csv, price: { answer: 0.9 } }`,
  })
  const { code, stdout } = await labelwright('label', '--dir', dir, '--budget', '1.5', '--json')
  expect({ code, spent: JSON.parse(stdout).spent }).toEqual({ code: 0, spent: 1 })
})

test('labels never end up with other classes or items than they were made for', async () => {
  await writeToyProject(dir, { budget: 15, knowsTruth: false })
  const out = join(dir, 'labels.jsonl')
  const [file, manifest] = [join(dir, 'labelwright.yaml'), join(dir, 'manifest.csv')]
  const rewrite = async (path: string, from: string, to: string): Promise<void> =>
    writeFile(path, (await readFile(path, 'utf8')).replace(from, to))
  const labelsNow = async (): Promise<string> => {
    expect(await labelwright('export', '--dir', dir, '--out', out)).toMatchObject({ code: 0 })
    return (await readFile(out, 'utf8')).replace(/"soft":\{.*\}/g, '')
  }
  await labelwright('label', '--dir', dir)
  const labels = await labelsNow()

  await rewrite(file, '[weather, cooking, sport', '[sport, cooking, weather')
  const swapped = await labelwright('export', '--dir', dir, '--out', out)
  expect(swapped.code).toBe(1)
  expect(swapped.stderr).toContain('(classes-changed)')
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
  expect((await labelsNow()).split('\n')).toHaveLength(labels.split('\n').length)

  await rewrite(file, '[sport, cooking, weather', '[sport, cooking, climate')
  const gone = await labelwright('label', '--dir', dir)
  expect(gone.code).toBe(1)
  expect(gone.stderr).toContain('People have answered with classes that are gone (1): weather.')
  await rewrite(file, 'climate', '{ name: climate, aliases: [weather] }')
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
  expect(await labelsNow()).not.toContain('weather')

  await rewrite(manifest, 't0,', 'a stranger,')
  const moved = await labelwright('export', '--dir', dir, '--out', out)
  expect(moved.code).toBe(1)
  expect(moved.stderr).toContain('(dataset-changed)')
})

test('a ledger begun anew is not taken for further than it is by the rounds of the old one', async () => {
  await writeToyProject(dir, { budget: 30, knowsTruth: false })
  await labelwright('label', '--dir', dir)
  await rm(join(dir, '.labelwright/ledger.sqlite'))
  await labelwright('label', '--dir', dir, '--rounds', '1')
  const { stdout } = await labelwright('status', '--dir', dir, '--json')
  const { rounds, last } = JSON.parse(stdout) as { rounds: number; last: { round: number } }
  expect(last.round).toBe(rounds)
})

test('a strategy that does not exist is refused at its line of the file', async () => {
  await writeToyProject(dir)
  const file = join(dir, 'labelwright.yaml')
  const lines = (await readFile(file, 'utf8')).replace('strategy: information', 'strategy: magic').split('\n')
  await writeFile(file, lines.join('\n'))
  const { code, stderr } = await labelwright('label', '--dir', dir)
  expect(code).toBe(2)
  expect(stderr).toContain(`${file}:${lines.indexOf('strategy: magic') + 1}:`)
  expect(stderr).toContain('information, margin, entropy, random')
})

test('there is nothing to export before anything was labelled', async () => {
  await writeToyProject(dir)
  const { code, stderr } = await labelwright('export', '--dir', dir, '--out', join(dir, 'labels.csv'))
  expect(code).toBe(1)
  expect(stderr).toContain('→ Run: labelwright label')
  expect(existsSync(join(dir, 'labels.csv'))).toBe(false)
})

test('a run outlives a reader of its output who leaves', async () => {
  await writeToyProject(dir, { budget: 15, knowsTruth: false })
  const bin = join(import.meta.dirname, '../bin/labelwright.js')
  const child = spawn(process.execPath, [bin, 'label', '--dir', dir], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const complaints = text(child.stderr)
  expect(await endOf(child)).toBe(0)
  expect(await complaints).not.toContain('EPIPE')
})

test('with --json, stdout holds one JSON object and nothing else', async () => {
  await writeToyProject(dir, { budget: 15 })
  for (const args of [['label'], ['status'], ['doctor'], ['export', '--out', join(dir, 'labels.csv')]]) {
    const { code, stdout } = await labelwright(...args, '--dir', dir, '--json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(stdout)).toBeTypeOf('object')
  }
})

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
