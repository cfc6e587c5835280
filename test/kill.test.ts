import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toMicros } from '../src/core/money.ts'
import { makeRng, permutation } from '../src/core/rng.ts'
import { questionKey } from '../src/core/question.ts'
import type { LedgerEntry } from '../src/store/store.ts'
import { endOf, labelwright, startLabelwright } from './command.ts'
import { readLedger } from './ledger.ts'
import { writeToyProject } from './toy-project.ts'

const budget = 60
const kills = 20
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-kill-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function exported(dir: string): Promise<Buffer> {
  const out = join(dir, 'labels.csv')
  expect(await labelwright('export', '--dir', dir, '--out', out)).toMatchObject({ code: 0, stderr: '' })
  return readFile(out)
}

function keysOf(ledger: readonly LedgerEntry[]): string[] {
  return ledger.map(({ item, annotator, question, attempt }) =>
    [item, annotator, questionKey(question), attempt].join(' '),
  )
}

/** Cheap people make many rounds. Without known labels nothing is compared with people alone at the end, which would take longer than the rest. */
const writeProject = (dir: string): Promise<void> =>
  writeToyProject(dir, {
    budget,
    texts: 300,
    knowsTruth: false,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 0.4 } }
  - { id: earlier, kind: recorded, answers: ./answers.csv, price: { answer: 0.02 } }`,
  })

/** Resolves when a run has opened its project and begins to turn the circle, or has ended. */
async function begun(child: ChildProcess, dir: string): Promise<void> {
  const lock = join(dir, '.labelwright/label.lock')
  // The lock of the run before is taken over, and so gone, at any moment.
  const holder = (): Promise<string> => readFile(lock, 'utf8').catch(() => '')
  while (child.exitCode === null && (await holder()) !== String(child.pid)) await sleep(4)
}

// Shows, with real processes and the real ledger: a campaign that is killed at any moment loses no answer that was given, asks nothing twice,
// keeps to its budget all along, and ends as the campaign that nobody disturbed.
test('a campaign that is killed twenty times ends as if it had not been', async () => {
  const calm = join(folder, 'calm', 'toy')
  await writeProject(calm)
  const child = startLabelwright('label', '--dir', calm)
  const ended = endOf(child)
  await begun(child, calm)
  const start = performance.now()
  expect(await ended).toBe(0)
  const naturalMs = performance.now() - start
  const undisturbed = await readLedger(calm)
  const labels = await exported(calm)
  expect(new Set(undisturbed.ledger.map(({ purpose }) => purpose))).toEqual(new Set(['seed', 'learn', 'audit']))

  // A run that goes on has less to do than the whole: kills come within a third of the whole's time, one in each twentieth of it.
  const rng = makeRng(1, 'kills')
  const moments = [...permutation(kills, rng)].map((place) => (((place + rng.uniform()) / kills) * naturalMs) / 3)
  let halfDone = 0
  for (let life = 0; moments.length > 0; life++) {
    const dir = join(folder, `life-${life}`, 'toy')
    await writeProject(dir)
    let before: readonly LedgerEntry[] = []
    for (;;) {
      const child = startLabelwright('label', '--dir', dir)
      const end = endOf(child)
      await begun(child, dir)
      const killer = setTimeout(() => child.kill('SIGKILL'), moments[0] ?? 1e6)
      const how = await end
      clearTimeout(killer)
      const { ledger, committed } = await readLedger(dir)
      expect(committed).toBeLessThanOrEqual(toMicros(budget))
      expect(new Set(keysOf(ledger)).size).toBe(ledger.length)
      expect(ledger).toEqual(expect.arrayContaining([...before]))
      before = ledger
      if (how === 0) break
      expect(how).toBe('SIGKILL')
      moments.shift()
      if (ledger.length > 0 && ledger.length < undisturbed.ledger.length) halfDone++
    }
    expect(before).toEqual(undisturbed.ledger)
    expect((await exported(dir)).equals(labels)).toBe(true)
  }
  // Where most kills missed the campaign, this would show little.
  expect(halfDone).toBeGreaterThan(kills / 4)
}, 180_000)
