import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRng } from '../src/core/rng.ts'
import { endOf, exportedLabels, startLabelwright } from './command.ts'
import { readLedger } from './ledger.ts'
import { startToyEndpoint, type ToyEndpoint } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

const concurrency = 64
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-vlm-kill-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A person labels ten texts; then the model, which costs next to nothing, is asked about nearly all others. */
async function writeProject(name: string, { url }: ToyEndpoint, texts: number): Promise<string> {
  const dir = join(folder, name, 'toy')
  await writeToyProject(dir, {
    texts,
    knowsTruth: false,
    budget: 60,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: toy, kind: vlm, endpoint: "${url}", model: toy, concurrency: ${concurrency}, price: { input: 1, output: 1 } }`,
    more: 'audit: false\nrounds: 2\n',
  })
  return dir
}

interface Disturbed {
  readonly ends: readonly (NodeJS.Signals | number)[]
  readonly endpoint: ToyEndpoint
  readonly dir: string
}

/** Runs a campaign again and again until it is done; a run gets the signal when so many requests have come in, one run per number. */
async function disturb(
  name: string,
  texts: number,
  signal: NodeJS.Signals,
  moments: readonly number[],
): Promise<Disturbed> {
  const left = moments.toSorted((a, b) => a - b)
  let kill = (): void => undefined
  const endpoint = await startToyEndpoint({
    latencyMs: 10,
    onRequest: (requests) => {
      if (requests >= (left[0] ?? Infinity)) kill()
    },
  })
  try {
    const dir = await writeProject(name, endpoint, texts)
    const ends: (NodeJS.Signals | number)[] = []
    while (ends.at(-1) !== 0 && ends.length <= moments.length) {
      const child = startLabelwright('label', '--dir', dir)
      let isSent = false
      kill = () => {
        if (isSent) return
        isSent = true
        left.shift()
        child.kill(signal)
      }
      ends.push(await endOf(child))
    }
    return { ends, endpoint, dir }
  } finally {
    await endpoint.close()
  }
}

/** What was said and what it cost, without how long each reply took. */
async function booksOf({ dir }: Disturbed): Promise<string> {
  const { ledger } = await readLedger(dir)
  return JSON.stringify(ledger.map((entry) => ({ ...entry, seconds: null })))
}

test('a campaign of 10,000 questions that is killed ten times pays for no question twice and ends as if it had not been', async () => {
  const texts = 10_300
  const rng = makeRng(1, 'kills')
  // One in each tenth of the asking.
  const moments = Array.from({ length: 10 }, (_, i) => Math.ceil((i + rng.uniform()) * 1000))
  const [calm, killed] = await Promise.all([
    disturb('calm', texts, 'SIGKILL', []),
    disturb('killed', texts, 'SIGKILL', moments),
  ])
  expect(calm.ends).toEqual([0])
  expect(killed.ends).toEqual([...moments.map(() => 'SIGKILL'), 0])
  expect((await exportedLabels(killed.dir)) === (await exportedLabels(calm.dir))).toBe(true)
  expect((await booksOf(killed)) === (await booksOf(calm))).toBe(true)

  expect(calm.endpoint.billed()).toBeGreaterThanOrEqual(10_000)
  expect(killed.endpoint.billed()).toBe(calm.endpoint.billed())
  expect(killed.endpoint.billedTwice()).toBe(0)
  // Those whose replies were on their way when the process died; the endpoint knows them by their key.
  expect(killed.endpoint.repeats()).toBeGreaterThan(0)
  expect(killed.endpoint.repeats()).toBeLessThanOrEqual(moments.length * concurrency)
}, 180_000)

test('a campaign that is interrupted with Ctrl-C waits for what is under way, and sends no request a second time', async () => {
  const [calm, stopped] = await Promise.all([
    disturb('left alone', 1000, 'SIGINT', []),
    disturb('interrupted', 1000, 'SIGINT', [30, 70, 110]),
  ])
  expect(stopped.ends).toEqual([1, 1, 1, 0])
  expect(await exportedLabels(stopped.dir)).toBe(await exportedLabels(calm.dir))
  expect(await booksOf(stopped)).toBe(await booksOf(calm))
  expect(stopped.endpoint.repeats()).toBe(0)
  expect(stopped.endpoint.billed()).toBe(calm.endpoint.billed())
}, 120_000)
