import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import { projectPaths } from '../paths.ts'
import { readConfig } from '../read-config.ts'
import { openWorld, type OpenedWorld } from './open-world.ts'
import { annotatorOf } from './player.ts'
import type { SimulationSettings } from './settings.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-world-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const n = 40
const usual: SimulationSettings = {
  contestants: null,
  seeds: 1,
  budget: null,
  test: null,
  longTail: null,
  merge: null,
  noise: null,
  start: null,
  startPerClass: null,
  batch: null,
  assume: {},
}

/** Texts of four classes in two groups; the label of every tenth is missing, and the column `guess` has errors. */
async function writeProject(name: string, labels: string, split: readonly string[] = []): Promise<string> {
  const dir = join(folder, name)
  const config = `dataset: ./manifest.csv
classes: { bug: [bee, moth], fish: [trout, eel] }
${labels}
annotators:
  - { id: anna, kind: human, price: { answer: 1 } }
  - { id: qwen, kind: vlm, endpoint: "http://127.0.0.1:9/v1", model: m, level: group, price: { answer: 0.02 } }
budget: 20
batch: 7
`
  const names = ['bee', 'moth', 'trout', 'eel']
  const rows = Array.from({ length: n }, (_, i) => {
    const label = i % 10 === 0 ? '' : names[i % 4]!
    return `t${i},some words ${i},${label},${i % 5 === 0 ? 'bee' : label},${split[i] ?? ''}`
  })
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'manifest.csv'), `id,text,label,guess,split\n${rows.join('\n')}\n`)
  await writeFile(join(dir, 'labelwright.yaml'), config)
  return dir
}

async function open(dir: string, settings: Partial<SimulationSettings> = {}): Promise<OpenedWorld> {
  return openWorld(await readConfig(dir, {}), { ...usual, ...settings })
}

const noteOn = (name: string, { notes }: OpenedWorld): string | undefined =>
  notes.find((note) => note.name === name)?.value

test('the labelled part of a dataset is played alone, with people as they are paid, and no model is asked', async () => {
  const dir = await writeProject('truth', 'labels: { truth: label }')
  const opened = await open(dir)
  const { world } = opened
  expect(world.items.length).toBe(36)
  expect(world.features.rows).toBe(36)
  expect(noteOn('truth', opened)).toBe('the column "label", known of 36 items of 40; the others are left out')
  expect(world.players.map(({ id }) => id)).toEqual(['anna'])
  expect(noteOn('qwen', opened)).toBe(
    'left out: it has not been asked yet, and a simulation asks no model; --assume qwen=0.8 plays it',
  )
  expect(world.batch).toEqual({ least: 7, share: 0 })

  const anna = annotatorOf(world.players[0]!, 1)
  const replies = await Promise.all(
    world.items.map((item) => anna.ask(item, { kind: 'classify', level: 'class' }, AbortSignal.abort())),
  )
  expect(replies.map(({ answer }) => answer)).toEqual(
    world.items.map(({ labels }) => ({ kind: 'label', label: labels['label'] })),
  )
  expect(new Set(replies.map(({ cost }) => cost))).toEqual(new Set([1e6]))
  expect(existsSync(projectPaths(dir).ledger)).toBe(false)
})

test('given labels stand in for known ones, and that is said', async () => {
  const opened = await open(await writeProject('given', 'labels: { given: guess }'))
  expect(noteOn('truth', opened)).toContain('the column "guess", whose errors count as truth here')
})

test('what people have answered so far is enough to simulate on, and what a model said is repeated', async () => {
  const dir = await writeProject('ledger', '')
  await expect(open(dir)).rejects.toMatchObject({ code: 'no-truth', fix: expect.stringContaining('truth: label') })
  const store = await openSqliteStore(projectPaths(dir).ledger)
  const item = (i: number) => ({ id: `t${i}`, source: { kind: 'text', text: `some words ${i}` }, labels: {} }) as const
  await store.registerItems(Array.from({ length: n }, (_, i) => item(i)))
  const asked = Array.from({ length: 24 }, (_, i) => i + 4).flatMap((i) => [
    { item: i, annotator: 'anna', question: { kind: 'classify', level: 'class' }, attempt: 0 } as const,
    { item: i, annotator: 'qwen', question: { kind: 'classify', level: 'group' }, attempt: 0 } as const,
  ])
  await store.planRound(
    0,
    asked.map((key) => ({ ...key, reserved: 10, purpose: 'seed' as const })),
    1e9,
  )
  await store.record(
    asked.map((key) => {
      const label = key.annotator === 'anna' ? ['bee', 'moth', 'trout', 'eel'][key.item % 4]! : 'bug'
      return { ...key, answer: { kind: 'label', label } as const, cost: 30, seconds: null }
    }),
  )
  await store.close()

  const opened = await open(dir)
  const { items, players } = opened.world
  expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 24 }, (_, i) => `t${i + 4}`))
  expect(noteOn('truth', opened)).toContain('the answers of people so far, known of 24 items')
  expect(noteOn('qwen', opened)).toBe("repeats its 24 answers of the project's ledger, at what they cost")
  const qwen = annotatorOf(players[1]!, 1)
  expect(await qwen.ask(items[0]!, { kind: 'classify', level: 'group' }, AbortSignal.abort())).toEqual({
    answer: { kind: 'label', label: 'bug' },
    cost: 30,
    seconds: null,
  })
})

test('an assumed model errs at its own level, at its price', async () => {
  const { world } = await open(await writeProject('assume', 'labels: { truth: label }'), { assume: { qwen: 0.5 } })
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, seed) => {
      const qwen = annotatorOf(world.players[1]!, seed)
      return Promise.all(
        world.items.map(async (item, i) => {
          const { answer, cost } = await qwen.ask(item, { kind: 'classify', level: 'group' }, AbortSignal.abort())
          expect(cost).toBe(20_000)
          return answer.kind === 'label' && answer.label === (world.truth[i]! < 2 ? 'bug' : 'fish')
        }),
      )
    }),
  )
  const right = answers.flat()
  // 1,080 draws: a standard deviation of 0.015.
  expect(Math.abs(right.filter(Boolean).length / right.length - 0.5)).toBeLessThan(0.06)
})

test("the dataset's column split is the test, unless a share is asked for", async () => {
  const dir = await writeProject(
    'split',
    'labels: { truth: label }',
    Array.from({ length: n }, (_, i) => (i < 10 ? 'test' : 'train')),
  )
  const { world } = await open(dir)
  expect(world.test).toEqual({ kind: 'fixed', isTest: Uint8Array.from(world.items, (_, i) => (i < 9 ? 1 : 0)) })
  expect((await open(dir, { test: 0.5 })).world.test).toEqual({ kind: 'share', share: 0.5 })
})

test('merged classes leave no level above, and annotators of one are left out', async () => {
  const opened = await open(await writeProject('merge', 'labels: { truth: label }'), {
    merge: 2,
    assume: { qwen: 0.9 },
  })
  const { world } = opened
  expect(world.taxonomy.levels[0]!.classes.map(({ name }) => name)).toEqual(['bee', 'other'])
  expect(noteOn('qwen', opened)).toBe('left out: after --merge there is no level group')
  const anna = annotatorOf(world.players[0]!, 1)
  const replies = await Promise.all(
    world.items.map((item) => anna.ask(item, { kind: 'classify', level: 'class' }, AbortSignal.abort())),
  )
  expect(replies.map(({ answer }) => answer)).toEqual(
    Array.from(world.truth, (y) => ({ kind: 'label', label: ['bee', 'other'][y] })),
  )
})

test.each([
  [{ budget: 999_999 }, 'budget-too-small', 'does not pay for one answer of a person, 1.00 units'],
  [{ test: 0.95 }, 'bad-option', 'Of 36 items in 4 classes, --test 0.95 leaves 4 to label and 32 for the test.'],
  [{ test: 0.01 }, 'bad-option', 'leaves 36 to label and 0 for the test.'],
  [{ merge: 9 }, 'bad-option', '4 classes cannot be merged into 9.'],
  [{ assume: { gpt: 0.8 } }, 'bad-option', '--assume names "gpt", which is no model of this project.'],
])('%j is refused', async (settings, code, problem) => {
  const dir = await writeProject('refused', 'labels: { truth: label }')
  await expect(open(dir, settings)).rejects.toMatchObject({ code, problem: expect.stringContaining(problem) })
})
