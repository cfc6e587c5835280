import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SimulatedCurve } from '../src/campaign/simulation/curve.ts'
import { endOf, labelwright, startLabelwright } from './command.ts'
import { writeToyProject } from './toy-project.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-simulate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function toyProject(name: string, more = ''): Promise<string> {
  const dir = join(folder, name)
  await writeToyProject(dir, { texts: 120, budget: 30, more })
  return dir
}

/** The files of finished runs, and when each was written. */
async function keptRuns(dir: string): Promise<Map<string, number>> {
  const simulations = join(dir, '.labelwright/simulations')
  const files = existsSync(simulations) ? await readdir(simulations, { recursive: true }) : []
  const runs = files.filter((file) => file.endsWith('.json') && !file.includes('.tmp')).sort()
  return new Map(
    await Promise.all(runs.map(async (file) => [file, (await stat(join(simulations, file))).mtimeMs] as const)),
  )
}

test('strategies are compared in a table, and their curves are written to be read by others', async () => {
  const dir = await toyProject('table')
  const [out, csv, html] = ['curve.json', 'curve.csv', 'report.html'].map((file) => join(dir, file))
  const args = ['simulate', '--dir', dir, '--strategies', 'information,random', '--seeds', '2', '--targets', '0.6,1']
  const printed = await labelwright(...args, '--out', out!, '--csv', csv!, '--html', html!)
  expect(printed.code).toBe(0)
  expect(printed.stdout).toContain('4 runs (information, random) of up to 30.00 units on 120 items in 5 classes')
  expect(printed.stdout).toMatch(/^strategy +to 60 %/m)
  expect(printed.stdout).toMatch(/^information +\d+\.\d\d ± \d+\.\d\d/m)

  const curves = JSON.parse(await readFile(out!, 'utf8')) as SimulatedCurve[]
  expect(curves.map(({ strategy, seed }) => [strategy, seed])).toEqual([
    ['information', 1],
    ['information', 2],
    ['random', 1],
    ['random', 2],
  ])
  for (const { strategy, points } of curves) {
    expect(points.map(({ spent }) => spent)).toEqual(points.map(({ spent }) => spent).sort((a, b) => a - b))
    expect(points.at(-1)!.spent).toBeLessThanOrEqual(30)
    for (const { answers, poolAccuracy, testAccuracy, balancedAccuracy, macroF1 } of points.slice(1)) {
      expect(Object.keys(answers)).toEqual(strategy === 'random' ? ['person'] : expect.arrayContaining(['person']))
      for (const value of [poolAccuracy, testAccuracy, balancedAccuracy, macroF1]) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }
    }
  }
  const points = curves.reduce((sum, curve) => sum + curve.points.length, 0)
  expect((await readFile(csv!, 'utf8')).split('\n').length).toBe(points + 2)
  expect(await readFile(html!, 'utf8')).toContain('information')
  expect(existsSync(join(dir, '.labelwright/ledger.sqlite'))).toBe(false)
}, 120_000)

test('equal seeds give equal bytes, whatever the number of processes', async () => {
  const digests = await Promise.all(
    ['1', '3'].map(async (processes) => {
      const dir = await toyProject(`processes-${processes}`)
      const out = join(dir, 'curve.json')
      const args = ['simulate', '--dir', dir, '--strategies', 'information,badge,iso', '--seeds', '1', '--out', out]
      const child = startLabelwright(...args, '--noise', 'class:0.1', '--processes', processes)
      expect(await endOf(child)).toBe(0)
      return createHash('sha256')
        .update(await readFile(out))
        .digest('hex')
    }),
  )
  expect(digests[1]).toBe(digests[0])
}, 120_000)

test('a simulation that was killed goes on where it was, and ends as the one that was not', async () => {
  const args = ['--strategies', 'information,margin,random', '--seeds', '3', '--processes', '1']
  const calm = await toyProject('calm')
  expect(await endOf(startLabelwright('simulate', '--dir', calm, ...args, '--out', join(calm, 'curve.json')))).toBe(0)

  const dir = await toyProject('killed')
  const child = startLabelwright('simulate', '--dir', dir, ...args)
  const ended = endOf(child)
  while ((await keptRuns(dir)).size < 2 && child.exitCode === null) await sleep(5)
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const before = await keptRuns(dir)
  expect(before.size).toBeGreaterThanOrEqual(2)
  expect(before.size).toBeLessThan(9)

  const out = join(dir, 'curve.json')
  const resumed = await labelwright('simulate', '--dir', dir, ...args, '--out', out)
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${before.size} runs kept from before`) })
  const after = await keptRuns(dir)
  expect(after.size).toBe(9)
  for (const [file, written] of before) expect(after.get(file)).toBe(written)
  expect(await readFile(out)).toEqual(await readFile(join(calm, 'curve.json')))

  // Further strategies join those that are there; another setting is another simulation; and what is damaged is played again.
  const further = await labelwright('simulate', '--dir', dir, '--strategies', 'margin,entropy', '--seeds', '1')
  expect(further.stdout).toContain('1 run kept from before')
  const other = await labelwright('simulate', '--dir', dir, '--strategies', 'margin', '--seeds', '1', '--noise', '0.1')
  expect(other.stdout).not.toContain('kept from before')
  const damaged = [...before.keys()][0]!
  await appendFile(join(dir, '.labelwright/simulations', damaged), 'x')
  const mended = await labelwright('simulate', '--dir', dir, ...args, '--out', out)
  expect(mended.stdout).toContain('8 runs kept from before')
  expect(await readFile(out)).toEqual(await readFile(join(calm, 'curve.json')))
}, 180_000)

test('with --json there is one object on stdout, and what was assumed is in it', async () => {
  const dir = await toyProject('json')
  const { code, stdout } = await labelwright(
    'simulate',
    '--dir',
    dir,
    '--strategies',
    'margin',
    '--seeds',
    '1',
    '--json',
  )
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    currency: 'units',
    metric: 'poolAccuracy',
    assumed: [
      { name: 'truth', value: 'the column "label", known of 120 items' },
      { name: 'test', value: expect.stringContaining('30 %') },
    ],
    strategies: [{ strategy: 'margin', seeds: 1, toTargets: [{ target: 0.9, saving: null }, { target: 0.95 }] }],
    curves: [{ strategy: 'margin', seed: 1 }],
  })
}, 120_000)

test.each([
  [['--strategies', 'magic'], 'There is no strategy "magic".'],
  [['--strategies', 'iso:speed=1'], 'It knows: matrix=… (smoothed, plain, none)'],
  [['--seeds', 'NaN'], 'Write a whole number from 1 to 1000.'],
  [['--budget', 'NaN'], 'Write an amount of money, such as 25.'],
  [['--budget', '0.5'], 'The budget of 0.50 units does not pay for one answer of a person, 1.00 units.', 1],
  [['--test', '1'], 'Write a share from 0 up to, not including, 1, such as 0.3.'],
  [['--test', '0.99'], 'leaves 5 to label'],
  [['--long-tail', '0.5'], 'a number from 1.'],
  [['--merge', '9'], '5 classes cannot be merged into 9.'],
  [['--noise', 'lots'], 'Write a share such as 0.1, look-alike:0.1 or class:0.1'],
  [['--noise', 'class:0.6'], 'class: up to 0.5'],
  [['--start', '5', '--start-per-class', '2'], 'cannot be used with option'],
  [['--batch', '0'], 'such as 50, or a share of the labels so far, such as 15%.'],
  [['--targets', '95'], 'Write shares above 0, up to 1, such as 0.9,0.95.'],
  [['--metric', 'accuracy'], 'There are: testAccuracy'],
  [['--assume', 'qwen'], 'Write a model and its share of right answers, such as qwen=0.8.'],
  [['--assume', 'qwen=0.8'], '--assume names "qwen", which is no model of this project.'],
  [['--strategies', 'iso:annotator=qwen'], 'wants the annotator "qwen", which does not play.'],
])('%j is refused, with what to do', async (args, words, code = 2) => {
  const dir = await toyProject('wrong')
  const printed = await labelwright('simulate', '--dir', dir, ...args)
  expect(printed.stderr).toContain(words)
  expect(printed.code).toBe(code)
})

test('without known labels it says how to name them', async () => {
  const dir = join(folder, 'unlabelled')
  await writeToyProject(dir, { texts: 50, knowsTruth: false })
  const { code, stderr } = await labelwright('simulate', '--dir', dir)
  expect(code).toBe(1)
  expect(stderr).toContain('labels: { truth: label }')
})
