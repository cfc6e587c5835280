import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { readNpy } from '../tensor/npy.ts'
import type { ExternalTask } from './external-task.ts'
import { runExternalTrainer, type ExternalTrainer } from './external-trainer.ts'

const npy = pathToFileURL(join(import.meta.dirname, '../tensor/npy.ts')).href
const features = matrix(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6))
const task: ExternalTask = {
  input: { features },
  classes: ['bee', 'moth'],
  training: { rows: Int32Array.of(2, 0), labels: Int32Array.of(1, 0) },
  seed: 7,
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-external-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs a trainer of this source, which may use `writeNpy`. */
async function train(source: string, options: Partial<ExternalTrainer> = {}, what: ExternalTask = task) {
  const path = join(folder, 'trainer.mjs')
  await writeFile(path, `const { writeNpy } = await import(${JSON.stringify(npy)})\n${source}`)
  return runExternalTrainer(what, { command: [process.execPath, path], ...options })
}

const predicting = (...rows: readonly (readonly number[])[]): string =>
  `await writeNpy('predictions.npy', { rows: ${rows.length}, cols: ${rows[0]!.length}, data: Float32Array.of(${rows.flat().join()}) })\n`
const fine = predicting([1, 0], [0.25, 0.75], [0, 1])

test('what the trainer predicts comes back, normalised, with its metrics; what it prints is passed on', async () => {
  let heard = ''
  const { predProbs, metrics } = await train(
    `console.error('epoch 1'); console.log('done')
     ${predicting([1, 0], [0.25, 0.7505], [0, 1])}
     await (await import('node:fs/promises')).writeFile('metrics.json', '{ "loss": 0.5 }')`,
    { onOutput: (text) => (heard += text) },
  )
  expect([predProbs.rows, predProbs.cols]).toEqual([3, 2])
  expect(predProbs.data[2]).toBeCloseTo(0.25 / 1.0005, 6)
  expect(metrics).toEqual({ loss: 0.5 })
  expect(heard).toContain('epoch 1\n')
  expect(heard).toContain('done\n')
})

test('the task lies in a folder of its own, where the trainer runs, and which is removed unless it is kept', async () => {
  const keepUnder = join(folder, 'kept')
  const { metrics } = await train(
    `${fine} const { writeFileSync } = await import('node:fs')
     writeFileSync('metrics.json', JSON.stringify([process.cwd(), process.env.LABELWRIGHT_TASK]))`,
    { keepUnder },
    {
      ...task,
      training: {
        ...task.training,
        weights: Float32Array.of(0.5, 2),
        targets: matrix(2, 2, Float32Array.of(0.1, 0.9, 1, 0)),
      },
    },
  )
  const [name] = await readdir(keepUnder)
  const kept = join(keepUnder, name!)
  expect(metrics).toEqual([kept, kept])
  expect(JSON.parse(await readFile(join(kept, 'task.json'), 'utf8'))).toEqual({
    version: 1,
    k: 2,
    classes: ['bee', 'moth'],
    rows: 3,
    seed: 7,
    features: 'features.npy',
    items: null,
    train: 'train.csv',
    targets: 'targets.npy',
    predictions: 'predictions.npy',
    metrics: 'metrics.json',
  })
  expect(await readFile(join(kept, 'train.csv'), 'utf8')).toBe('row,label,weight\n2,1,0.5\n0,0,2\n')
  expect(await readNpy(join(kept, 'features.npy'))).toEqual(features)
  expect((await readNpy(join(kept, 'targets.npy'))).data[1]).toBeCloseTo(0.9, 6)

  const gone = (
    await train(`${fine} const { writeFileSync } = await import('node:fs')
    writeFileSync('metrics.json', JSON.stringify(process.cwd()))`)
  ).metrics as string
  await expect(readdir(gone)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('items are described by path, box or text, and never by the labels they came with', async () => {
  const labels = { species: 'secret' }
  const items = [
    { id: 'a', source: { kind: 'image', path: '/pictures/a.jpg' }, labels },
    { id: 'b', source: { kind: 'region', path: '/pictures/b.jpg', box: [1, 2, 3, 4] }, labels },
    { id: 'c', source: { kind: 'text', text: 'two\nlines' }, labels },
  ] as const
  const keepUnder = join(folder, 'kept')
  await train(fine, { keepUnder }, { ...task, input: { items } })
  const kept = join(keepUnder, (await readdir(keepUnder))[0]!)
  expect(await readFile(join(kept, 'items.jsonl'), 'utf8')).toBe(
    '{"id":"a","path":"/pictures/a.jpg"}\n{"id":"b","path":"/pictures/b.jpg","box":[1,2,3,4]}\n{"id":"c","text":"two\\nlines"}\n',
  )
  expect(await readdir(kept)).not.toContain('features.npy')
})

test.each([
  ['of another shape', predicting([1, 0], [0, 1]), 'The predictions have shape 2 x 2; needed is 3 x 2.'],
  ['with NaN', predicting([1, 0], [NaN, 1], [0, 1]), 'Row 1 (counted from 0) holds NaN in column 0.'],
  [
    'with an infinite value',
    predicting([1, 0], [0, 1], [0, Infinity]),
    'Row 2 (counted from 0) sums to Infinity, not to 1.',
  ],
  ['below 0', predicting([1, 0], [0, 1], [2, -1]), 'Row 2 (counted from 0) holds -1 in column 1.'],
  ['that are logits', predicting([3, 1], [0, 1], [0, 1]), 'Row 0 (counted from 0) sums to 4, not to 1.'],
  ['that are missing', '', expect.stringContaining('There is no file') as string],
  [
    'that are no array',
    `;(await import('node:fs')).writeFileSync('predictions.npy', 'hello, world')`,
    expect.stringContaining('cannot be read as a matrix') as string,
  ],
  [
    'beside metrics that are no JSON',
    `${fine};(await import('node:fs')).writeFileSync('metrics.json', 'accuracy: 1')`,
    expect.stringContaining('metrics.json is no JSON') as string,
  ],
])('predictions %s are refused', async (_, source, problem) => {
  await expect(train(source)).rejects.toMatchObject({ code: 'external-bad-predictions', problem })
})

test('a trainer that fails is quoted, by its last lines alone', async () => {
  const failing = `for (let i = 0; i < 100; i++) console.error('line ' + i); process.exitCode = 3`
  const error = await train(failing).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'external-failed',
    problem: expect.stringContaining('ended with code 3') as string,
  })
  expect((error as Error).message).toContain('line 99')
  expect((error as Error).message).not.toContain('line 89\n')
})

test('a trainer that is killed or cannot be started has failed', async () => {
  await expect(train(`process.kill(process.pid, 'SIGKILL')`)).rejects.toMatchObject({
    code: 'external-failed',
    problem: expect.stringContaining('was killed by SIGKILL') as string,
  })
  for (const program of [join(folder, 'no-such-program'), '']) {
    await expect(train('', { command: [program] })).rejects.toMatchObject({
      code: 'external-failed',
      problem: expect.stringContaining('cannot be started') as string,
    })
  }
})

test('arguments reach the trainer as they are: no shell reads them', async () => {
  const path = join(folder, 'trainer.mjs')
  const odd = '$(echo no) "; exit 1 #'
  const { metrics } = await train(
    `${fine};(await import('node:fs')).writeFileSync('metrics.json', JSON.stringify(process.argv[2]))`,
    { command: [process.execPath, path, odd] },
  )
  expect(metrics).toBe(odd)
})

test('a trainer that hangs is killed when its time is over', async () => {
  const command = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'] as const
  await expect(train('', { command, timeoutMs: 300 })).rejects.toMatchObject({
    code: 'external-timeout',
    problem: expect.stringContaining('was killed after 0.3 s') as string,
  })
})

/** A trainer that hangs and has started another process that hangs, which holds a connection to us; resolves when that is cut. */
async function hanging() {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connected = new Promise<void>((resolve) => server.once('connection', () => resolve()))
  const cut = new Promise<void>((resolve) =>
    server.once('connection', (socket) => socket.on('error', () => undefined).once('close', () => resolve())),
  )
  const child = `require('node:net').connect(${(server.address() as AddressInfo).port}, '127.0.0.1')`
  const source = `;(await import('node:child_process')).spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })
    console.error('still here'); setInterval(() => undefined, 1000)`
  return { source, connected, cut, close: () => server.close() }
}

test('a trainer is stopped on demand, and so is what it has started', async () => {
  const { source, connected, cut, close } = await hanging()
  const stop = new AbortController()
  const run = train(source, { signal: stop.signal })
  void connected.then(() => stop.abort())
  await expect(run).rejects.toMatchObject({
    code: 'external-failed',
    problem: expect.stringContaining('was stopped') as string,
  })
  await cut
  close()
  await expect(train(fine, { signal: stop.signal })).rejects.toMatchObject({ code: 'external-failed' })
})

test('tasks that cannot be meant are refused before anything runs', async () => {
  const training = (change: Partial<ExternalTask['training']>) =>
    train('', {}, { ...task, training: { ...task.training, ...change } })
  const rejects = (attempt: Promise<unknown>, code: string) =>
    expect(attempt).rejects.toEqual(expect.objectContaining({ code }))
  await rejects(training({ rows: Int32Array.of(0, 3) }), 'bad-label')
  await rejects(training({ labels: Int32Array.of(0, 2) }), 'bad-label')
  await rejects(training({ labels: Int32Array.of(0) }), 'length-mismatch')
  await rejects(training({ weights: Float32Array.of(1) }), 'length-mismatch')
  await rejects(training({ weights: Float32Array.of(1, -1) }), 'not-finite')
  await rejects(training({ targets: matrix(2, 3) }), 'bad-shape')
  await rejects(training({ targets: matrix(2, 2, Float32Array.of(1, 0, NaN, 1)) }), 'not-finite')
  await rejects(
    train('', {}, { ...task, input: { features: matrix(3, 1, Float32Array.of(0, NaN, 0)) } }),
    'bad-feature-value',
  )
  await writeFile(join(folder, 'file'), '')
  await rejects(train('', { keepUnder: join(folder, 'file') }), 'cannot-write')
})

test('a trainer whose task is stopped before it starts never runs', async () => {
  const keepUnder = join(folder, 'kept')
  const run = train(`;(await import('node:fs')).writeFileSync('ran', '')`, { keepUnder, signal: AbortSignal.abort() })
  await expect(run).rejects.toMatchObject({ code: 'external-failed' })
  const [name] = await readdir(keepUnder)
  expect(await readdir(join(keepUnder, name!))).not.toContain('ran')
})

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a process that dies of %s takes its trainer with it, and the folder',
  async (name) => {
    const { source, connected, cut, close } = await hanging()
    const path = join(folder, 'trainer.mjs')
    await writeFile(path, source)
    const main = `
      const { runExternalTrainer } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'external-trainer.ts')).href)})
      const features = { rows: 1, cols: 1, data: new Float32Array(1) }
      const training = { rows: Int32Array.of(0), labels: Int32Array.of(0) }
      const command = [process.execPath, ${JSON.stringify(path)}]
      await runExternalTrainer({ input: { features }, classes: ['bee'], training, seed: 1 }, { command })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', main], {
      env: { ...process.env, TMPDIR: folder },
      stdio: 'ignore',
    })
    const died = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    await connected
    child.kill(name)
    expect(await died).toBe(name)
    await cut
    close()
    expect((await readdir(folder)).filter((entry) => entry.startsWith('labelwright-task-'))).toEqual([])
  },
)
