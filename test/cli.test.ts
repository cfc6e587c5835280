import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readClasses } from '../src/formats/classes.ts'
import { strategyNames } from '../src/strategies/strategies.ts'
import { labelwright } from './command.ts'
import { toyClasses, writeToyProject } from './toy-project.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

test.for(['demo', 'init', 'label', 'serve', 'status', 'export', 'doctor'])(
  'the help of %s says what it does and shows how',
  async (verb) => {
    const { code, stdout } = await labelwright(verb, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`\\n {2}labelwright ${verb}\\b`))
    expect(stdout).toContain('--json')
  },
)

test('the help of label has every strategy on a line of its own, and a project may be labelled by any', async () => {
  const { stdout } = await labelwright('label', '--help')
  for (const name of strategyNames) expect(stdout).toMatch(new RegExp(`\\n {2}${name} +\\S.{9}`))
  const dir = join(folder, 'by-badge')
  await writeToyProject(dir, { more: 'rounds: 3\naudit: false\n' })
  const labelled = await labelwright('label', '--dir', dir, '--strategy', 'badge', '--json')
  // 10 items to begin with, then two batches of 10.
  expect(JSON.parse(labelled.stdout)).toMatchObject({ outcome: 'finished', reason: 'round-limit', byPeople: 30 })
})

test('the first help names every command and where to start', async () => {
  const { code, stdout } = await labelwright('--help')
  expect(code).toBe(0)
  expect(stdout).toContain('labelwright init ./pictures')
})

test('a folder of class folders becomes a project whose classes are the folders', async () => {
  const pictures = join(folder, 'pictures')
  for (const [label, colour] of [
    ['leaf', '#2a2'],
    ['stone', '#888'],
  ] as const) {
    await mkdir(join(pictures, label), { recursive: true })
    for (let i = 0; i < 4; i++) {
      const picture = sharp({ create: { width: 20 + i, height: 20, channels: 3, background: colour } })
      await picture.png().toFile(join(pictures, label, `${i}.png`))
    }
  }
  const dir = join(folder, 'of-pictures')
  const { code, stdout } = await labelwright('init', pictures, '--dir', dir, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ items: 8, k: 2, levels: ['class'], quarantined: 0 })
  expect(await readFile(join(dir, 'labelwright.yaml'), 'utf8')).toContain('labels: { truth: folder }')
  expect((await readClasses(join(dir, 'classes.yaml'))).levels[0]!.classes.map(({ name }) => name)).toEqual([
    'leaf',
    'stone',
  ])
})

test('a manifest with a fine and a coarse column becomes a project with a tree of classes', async () => {
  const tree = { bee: ['honeybee', 'bumblebee'], moth: ['hawk moth', 'tiger moth'] }
  const rows = Object.entries(tree).flatMap(([coarse, fine]) =>
    fine.map((name) => `about the ${name},${name},${coarse}`),
  )
  const manifest = await write('insects.csv', `text,fine,coarse\n${[...rows, ...rows].join('\n')}\n`)
  const dir = join(folder, 'of-insects')
  const { code, stdout } = await labelwright('init', manifest, '--dir', dir)
  expect(code).toBe(0)
  expect(stdout).toContain('4 classes from the column "fine", a tree of coarse > class')
  const { k, levels } = await readClasses(join(dir, 'classes.yaml'))
  expect({ k, levels: levels.map(({ name, classes }) => [name, classes.length]) }).toEqual({
    k: 4,
    levels: [
      ['coarse', 2],
      ['class', 4],
    ],
  })
})

test('texts without labels become a project with classes of their own', async () => {
  const manifest = await write('letters.csv', 'text\nthe parcel never came\nthank you so much\n')
  const classes = await write('moods.txt', 'angry\nhappy\n')
  const dir = join(folder, 'of-letters')
  expect(await labelwright('init', manifest, '--dir', dir, '--classes', classes)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 texts, 2 classes'),
  })
  // Without labels nobody can be simulated: the questions wait for a person.
  const { code, stdout } = await labelwright('label', '--dir', dir, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'waiting', reason: null, open: { person: 2 }, spent: 0 })
  expect((await labelwright('label', '--dir', dir)).stdout).toContain(`labelwright serve --dir ${dir}`)
})

test('a project is labelled, looked at and exported', async () => {
  const dir = join(folder, 'toy')
  await writeToyProject(dir, { budget: 30 })
  expect(await labelwright('status', '--dir', dir)).toMatchObject({
    code: 0,
    stdout: 'Nothing has been asked yet. Run: labelwright label\n',
  })
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
  const { stdout } = await labelwright('status', '--dir', dir, '--json')
  const status = JSON.parse(stdout)
  expect(status).toMatchObject({ budget: 30, open: {}, last: { items: 200, stopped: 'budget-spent' } })
  expect(status.spent).toBeGreaterThanOrEqual(29)
  expect(status.spent).toBeLessThanOrEqual(30)
  expect((await labelwright('status', '--dir', dir)).stdout).toContain('Finished: the budget is spent.')

  const [csv, jsonl] = [join(dir, 'labels.csv'), join(dir, 'labels.jsonl')]
  expect(await labelwright('export', '--dir', dir, '--out', csv)).toMatchObject({ code: 0 })
  const json = await labelwright('export', '--dir', dir, '--out', jsonl, '--json')
  expect(JSON.parse(json.stdout)).toEqual({ items: 200, path: jsonl, format: 'jsonl' })
  const [header, ...rows] = (await readFile(csv, 'utf8')).trimEnd().split('\n')
  expect(header).toBe('id,label,probability,source,annotators,soft')
  expect(rows).toHaveLength(200)
  const lines = (await readFile(jsonl, 'utf8')).trimEnd().split('\n')
  expect(lines).toHaveLength(200)
  for (const line of lines) expect(toyClasses).toContain(JSON.parse(line).label)
})

test('the doctor looks at the machine, and at a project where there is one', async () => {
  const alone = await labelwright('doctor', '--dir', folder, '--json')
  expect(alone.code).toBe(0)
  expect(JSON.parse(alone.stdout)).toMatchObject({ healthy: true })
  expect((await labelwright('doctor', '--dir', folder)).stdout).toContain('labelwright init makes one')

  const dir = join(folder, 'with-model')
  await writeToyProject(dir)
  expect(await labelwright('doctor', '--dir', dir)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 annotators'),
  })
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: gone, kind: vlm, endpoint: "http://127.0.0.1:9/v1", model: none, price: { answer: 0.02 } }`,
  })
  const ill = await labelwright('doctor', '--dir', dir)
  expect(ill.code).toBe(1)
  expect(ill.stdout).toMatch(/✗ gone .*http:\/\/127\.0\.0\.1:9\/v1/)
})
