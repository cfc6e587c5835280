import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Turn } from '../campaign/run.ts'
import { makeRng } from '../core/rng.ts'
import { argmaxRows, matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { labelProject } from './label.ts'
import { openProject } from './project.ts'
import { readConfig } from './read-config.ts'

const classes = ['ant', 'bee', 'wasp']
const n = 90
const truth = Array.from({ length: n }, (_, i) => i % 3)

/** Says of each item the class of the labelled item whose first feature is nearest, and leaves word in the project's folder. */
const trainer = `
import { readFileSync, writeFileSync, appendFileSync } from 'node:fs'
const { k, rows, classes } = JSON.parse(readFileSync('task.json', 'utf8'))
const train = readFileSync('train.csv', 'utf8').trim().split('\\n').slice(1).map((line) => line.split(',').map(Number))
const file = readFileSync('features.npy')
const start = 10 + file.readUInt16LE(8)
const d = (file.length - start) / 4 / rows
const at = (row) => Array.from({ length: d }, (_, j) => file.readFloatLE(start + 4 * (row * d + j)))
const far = (a, b) => a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0)
const probs = new Float32Array(rows * k).fill(0.01)
for (let i = 0; i < rows; i++) {
  const [, label] = train.map(([row, y]) => [far(at(i), at(row)), y]).sort((a, b) => a[0] - b[0])[0]
  probs[i * k + label] = 1 - 0.01 * (k - 1)
}
const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ', ' + k + "), }"
const padded = header.padEnd(117) + '\\n'
const head = Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, padded.length, 0])])
writeFileSync('predictions.npy', Buffer.concat([head, Buffer.from(padded), Buffer.from(probs.buffer)]))
appendFileSync(process.argv[2], classes.join(' ') + '\\n')
`

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-learner-'))
  const rng = makeRng(1)
  const features = matrix(n, 4)
  truth.forEach((y, i) => {
    for (let j = 0; j < 4; j++) features.data[4 * i + j] = (j === y ? 1 : 0) + 0.1 * rng.normal()
  })
  await writeNpy(join(dir, 'pool.npy'), features)
  const lines = truth.map((y, i) => `t${i},text,${classes[y]}`)
  await writeFile(join(dir, 'pool.csv'), ['id,text,label', ...lines].join('\n'))
  await writeFile(join(dir, 'train.mjs'), trainer)
})
afterAll(() => rm(dir, { recursive: true }))

async function open(learner: string, strategy = 'margin') {
  await rm(join(dir, '.labelwright'), { recursive: true, force: true })
  await writeFile(
    join(dir, 'labelwright.yaml'),
    `
dataset: ./pool.csv
classes: [${classes.join(', ')}]
labels: { truth: label }
encoder: ./pool.npy
annotators: [{ id: person, kind: oracle, labels: label, price: { answer: 1 } }]
strategy: ${strategy}
learner: ${learner}
budget: 25
start: 12
rounds: 3
audit: false
`,
  )
  return openProject(await readConfig(dir, {}), { clock: { now: () => 0 }, env: {} })
}

async function shareRight(learner: string): Promise<number> {
  const project = await open(learner)
  const turns: Turn[] = []
  await labelProject(project, {
    clock: { now: () => 0 },
    signal: new AbortController().signal,
    onRound: (_: unknown, turn: Turn) => turns.push(turn),
  })
  await project.close()
  const guesses = argmaxRows(turns.at(-1)!.posterior)
  return truth.filter((y, i) => guesses[i] === y).length / n
}

test.each(['mixture', 'linear', 'discriminant', 'mlp', 'nearest-class-mean', 'cache'])(
  'a project learns with %s',
  async (learner) => {
    expect(await shareRight(learner)).toBeGreaterThan(0.9)
  },
)

test('a project learns with a program of its own, named by a path in its folder', async () => {
  const log = join(dir, 'log.txt')
  const command = [process.execPath, './train.mjs', log].map((word) => JSON.stringify(word)).join(', ')
  expect(await shareRight(`{ external: [${command}] }`)).toBeGreaterThan(0.9)
  expect(new Set((await readFile(log, 'utf8')).trim().split('\n'))).toEqual(new Set([classes.join(' ')]))
})

test.each([
  [
    'margin',
    'forest',
    'mixture, linear, discriminant, mlp, nearest-class-mean, cache, or { external: [python3, ./train.py] }',
  ],
  ['margin', '{ external: [] }', 'mixture, linear'],
  ['information', 'mlp', 'the strategy information fits learners of its own'],
  ['iso', '{ external: [python3] }', 'the strategy iso fits learners of its own'],
])('beside the strategy %s, the learner %s is refused', async (strategy, learner, says) => {
  await expect(open(learner, strategy)).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining(says),
  })
})
