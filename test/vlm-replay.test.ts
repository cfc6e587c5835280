import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hash32 } from '../src/core/rng.ts'
import { exportedLabels, labelwright } from './command.ts'
import { labelAsJson, startToyEndpoint } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

let folder: string
let recorded: { readonly dir: string; readonly labels: string; readonly replies: string }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-replay-'))
  const endpoint = await startToyEndpoint({ say: sayOddThings })
  const dir = await writeProject(
    'recorded',
    `kind: vlm, endpoint: "${endpoint.url}", model: toy, price: { answer: 0.003 }`,
  )
  await label(dir)
  await endpoint.close()
  const cache = join(dir, '.labelwright/cache')
  const [file, ...others] = await readdir(cache)
  expect(others).toEqual([])
  recorded = { dir, labels: await exportedLabels(dir), replies: join(cache, file!) }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What is no class but looks like what stands for none, a list, or probabilities; a refusal; nothing; and (null) not even a reply. */
const odd = [
  '{"label":"null"}',
  '{"label":"[1]"}',
  '{"label":"{\\"sport\\":1}"}',
  "I'm sorry, but I can't help with that.",
  '',
  null,
]

function sayOddThings(text: string): string | null {
  const drawn = hash32(text, 1) % 60
  return drawn < odd.length ? odd[drawn]! : labelAsJson(text)
}

async function writeProject(name: string, reader: string): Promise<string> {
  const dir = join(folder, name, 'toy')
  await writeToyProject(dir, {
    texts: 300,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: reader, ${reader} }`,
  })
  return dir
}

async function label(dir: string): Promise<void> {
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
}

const replaying = (replies: string): string =>
  `kind: vlm, endpoint: "http://127.0.0.1:9/v1", model: toy, price: { answer: 0.003 }, replay: "${replies}"`

test('a recorded run is repeated in another folder from its replies alone, to the last byte', async () => {
  const dir = await writeProject('replayed', replaying(recorded.replies))
  await label(dir)
  expect(await exportedLabels(dir)).toBe(recorded.labels)
})

test('a question that nobody recorded the reply to stops a replay, and is named', async () => {
  const lines = (await readFile(recorded.replies, 'utf8')).trim().split('\n')
  const short = join(folder, 'short.jsonl')
  await writeFile(short, `${lines.slice(0, -1).join('\n')}\n`)
  const dir = await writeProject('short', replaying(short))
  const { code, stderr } = await labelwright('label', '--dir', dir)
  expect(code).toBe(1)
  expect(stderr).toContain('no-recorded-reply')
  expect(stderr).toContain((JSON.parse(lines.at(-1)!) as { key: string }).key)
})

test('answers that were exported are played back by a recorded annotator, and give the same labels', async () => {
  const dir = await writeProject('played', `kind: recorded, answers: ./reader.jsonl, price: { answer: 0.003 }`)
  const out = join(dir, 'reader.jsonl')
  const chosen = ['--format', 'answers', '--annotator', 'reader', '--out', out]
  const exported = await labelwright('export', '--dir', recorded.dir, ...chosen)
  expect(exported).toMatchObject({ code: 0 })
  await label(dir)
  expect(await exportedLabels(dir)).toBe(recorded.labels)
})
