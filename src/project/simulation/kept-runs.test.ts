import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { matrix } from '../../tensor/matrix.ts'
import { parseContestants } from './contestant.ts'
import { openKeptRuns } from './kept-runs.ts'
import type { Run } from './run.ts'
import { anna, smallWorld as world } from './small-world.ts'
import type { World } from './world.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-kept-'))
})
afterAll(() => rm(folder, { recursive: true }))

function run(name: string, seed = 1): Run {
  return { contestant: parseContestants(name)[0]!, seed }
}

function curveOf({ contestant, seed }: Run): SimulatedCurve {
  const nothing = { testAccuracy: null, balancedAccuracy: null, macroF1: null }
  const point = { spent: 0, answers: { anna: 1 }, poolAccuracy: 0.5, balancedPoolAccuracy: 0.5, ...nothing }
  return { strategy: contestant.name, seed, points: [point] }
}

test('what was played comes back, and nothing else does', async () => {
  const kept = openKeptRuns(join(folder, 'back'), world, '1')
  const long = run(`iso:weakShare=0.${'3'.repeat(300)}`)
  for (const played of [run('margin'), long]) await kept.write(played, curveOf(played))
  for (const played of [run('margin'), long]) expect(await kept.read(played)).toEqual(curveOf(played))
  for (const other of [run('margin', 2), run('random'), run('iso')]) expect(await kept.read(other)).toBeNull()
})

test('names that differ in case alone are two files where the disk makes no difference', async () => {
  const kept = openKeptRuns(join(folder, 'case'), world, '1')
  for (const played of [run('iso:annotator=Qwen'), run('iso:annotator=qwen')]) await kept.write(played, curveOf(played))
  const files = (await readdir(kept.folder)).map((file) => file.toLowerCase())
  expect(new Set(files).size).toBe(2)
})

test('a file that is about another run does not count', async () => {
  const kept = openKeptRuns(join(folder, 'moved'), world, '1')
  await kept.write(run('margin', 1), curveOf(run('margin', 1)))
  await rename(join(kept.folder, 'margin-1.json'), join(kept.folder, 'margin-2.json'))
  expect(await kept.read(run('margin', 2))).toBeNull()
})

const { rows, cols, data } = world.features
const changes: Partial<World>[] = [
  { items: [{ ...world.items[0]!, id: 'b' }, ...world.items.slice(1)] },
  { truth: world.truth.with(0, 1) },
  { features: matrix(rows, cols, data.with(0, 3)) },
  { features: matrix(cols, rows, data) },
  { open: { labels: Int32Array.of(0), features: matrix(1, 2, Float32Array.of(1, 2)) } },
  { players: [{ ...anna, noise: 0.1 }] },
  { players: [{ ...anna, noise: { kind: 'look-alike', rate: 0.1, confusable: Int32Array.of(0, 0) } }] },
  { players: [{ ...anna, noise: { kind: 'look-alike', rate: 0.1, confusable: Int32Array.of(0, 1) } }] },
  { test: { kind: 'share', share: 0.2 } },
  { test: { kind: 'fixed', isTest: Uint8Array.of(0) } },
  { test: { kind: 'fixed', isTest: Uint8Array.of(1) } },
  { longTail: 2 },
  { budget: 11 },
  { start: 6 },
  { start: { perClass: 5 } },
  { batch: { least: 5, share: 0 } },
  { iso: { matrix: 'none' } },
  { prior: { rho: 0.5 } },
]

test('whatever is changed about a world, it is another one; another version plays anew', () => {
  const folders = [{}, ...changes].map((change) => openKeptRuns(folder, { ...world, ...change }, '1').folder)
  expect(new Set(folders).size).toBe(changes.length + 1)
  expect(openKeptRuns(folder, { ...world }, '1').folder).toBe(folders[0])
  expect(openKeptRuns(folder, world, '2').folder).not.toBe(folders[0])
})
