import { spawn, spawnSync } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashOf } from '../../files/content-hash.ts'
import { openCache, type ReplyCache } from './cache.ts'
import type { Exchange } from './exchange.ts'
import { openRecording } from './recording.ts'
import { makeReplayer } from './traffic/replayer.ts'

const full: Exchange = {
  text: '{"label": "Zitronenfalter – 黄"}',
  finishReason: 'stop',
  usage: { input: 900, cachedInput: 512, output: 12, reportedCost: 0.0021 },
  seconds: 0.8,
  logprobs: [{ token: 'A', logprob: -0.1, top: [{ token: 'B', logprob: -2.5 }] }],
  lostTries: 1,
}
const bare: Exchange = { text: '', finishReason: 'length', usage: null, seconds: 0 }

let folder = ''
const opened: ReplyCache[] = []
async function open(): Promise<ReplyCache> {
  const cache = await openCache(join(folder, 'cache'))
  opened.push(cache)
  return cache
}
const file = (n: number): string => join(folder, 'cache', `replies-${n}.jsonl`)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'))
})
afterEach(async () => {
  for (const cache of opened.splice(0)) cache.close()
  await rm(folder, { recursive: true })
})

test('a reply is read back whole, in this run and the next', async () => {
  const cache = await open()
  expect(cache.read('a')).toBeUndefined()
  cache.write('a', full)
  cache.write('b', bare)
  for (const reader of [cache, await open()]) {
    expect(reader.read('a')).toEqual(full)
    expect(reader.read('b')).toEqual(bare)
    expect(reader.size()).toBe(2)
  }
})

test('the first reply of a key stays; only a rejection gives way, to what was taken later', async () => {
  const rejection: Exchange = { ...bare, text: 'too large', finishReason: 'rejected' }
  const cache = await open()
  for (const exchange of [rejection, { ...rejection, text: 'too wide' }]) cache.write('a', exchange)
  expect(cache.read('a')).toEqual(rejection)
  for (const exchange of [full, bare, rejection]) cache.write('a', exchange)
  for (const reader of [cache, await open()]) expect(reader.read('a')).toEqual(full)
  // By its name the file of a later run may be read first: replies-10 before replies-9.
  for (const [n, said] of [
    [9, rejection],
    [10, full],
  ] as const) {
    await writeFile(file(n), `${JSON.stringify({ key: 'b', ...said })}\n`)
  }
  expect((await open()).read('b')).toEqual(full)
})

test('lines that were cut off, or hold no reply, are as if they were not there', async () => {
  const cache = await open()
  for (const key of ['a', 'b']) cache.write(key, full)
  const line = JSON.stringify({ key: 'c', ...bare })
  // A power cut can leave a hole of zeros in a file; the last line is that of a process that was killed while it wrote.
  const damaged = [line.replace('"text"', '"test"'), line.replace('length', '\0\0\0'), '', '[]', line.slice(0, -9)]
  await appendFile(file(1), damaged.join('\n'))
  const next = await open()
  expect(['a', 'b', 'c'].map((key) => next.read(key))).toEqual([full, full, undefined])
  next.write('c', bare)
  expect((await open()).read('c')).toEqual(bare)
})

test('lines may be longer than what is read at once', async () => {
  const long = { ...bare, text: 'é'.repeat(700_000) }
  const cache = await open()
  for (const key of ['a', 'b', 'c']) cache.write(key, key === 'b' ? full : long)
  const next = await open()
  expect(next.read('a')).toEqual(long)
  expect(next.read('b')).toEqual(full)
  expect(next.read('c')).toEqual(long)
})

test('processes that share a folder write files of their own, and a killed one loses nothing', async () => {
  const script = `
    import { openCache } from ${JSON.stringify(join(import.meta.dirname, 'cache.ts'))}
    const [folder, name] = process.argv.slice(1)
    const cache = await openCache(folder)
    for (let i = 0; i < 300; i++) cache.write(name + i, ${JSON.stringify(full)})
    process.kill(process.pid, 'SIGKILL')`
  const run = (name: string): Promise<unknown> =>
    new Promise((resolve) => {
      const args = ['--input-type=module-typescript', '-e', script, join(folder, 'cache'), name]
      spawn(process.execPath, args, { stdio: 'ignore' }).once('exit', (_, signal) => resolve(signal))
    })
  const before = await open()
  before.write('first', full)
  expect(await Promise.all([run('x'), run('y')])).toEqual(['SIGKILL', 'SIGKILL'])
  before.write('last', full)
  const after = await open()
  expect(after.size()).toBe(602)
  expect(after.read('x299')).toEqual(full)
  expect(await readdir(join(folder, 'cache'))).toHaveLength(3)
})

test.skipIf(process.platform === 'win32')(
  'a folder that cannot be written to is named, and a full disk leaves no half reply behind',
  async () => {
    await writeFile(join(folder, 'cache'), '')
    await expect(open()).rejects.toMatchObject({ code: 'cannot-write', problem: expect.stringContaining(folder) })
    await rm(join(folder, 'cache'))
    const script = `
    import { openCache } from ${JSON.stringify(join(import.meta.dirname, 'cache.ts'))}
    const cache = await openCache(process.argv[1])
    const write = (key) => { try { cache.write(key, { ...${JSON.stringify(bare)}, text: 'x'.repeat(700) }); return 'written' } catch (thrown) { return thrown.code } }
    process.on('SIGXFSZ', () => {})
    console.log(write('a'), write('b'), write('c'))`
    // No file may grow beyond 1 KiB (1 block), as on a disk that fills up.
    const shell = `ulimit -f 1; exec "$0" --input-type=module-typescript -e "$1" "$2"`
    const { stdout } = spawnSync('bash', ['-c', shell, process.execPath, script, join(folder, 'cache')])
    expect(stdout.toString()).toBe('written cannot-write written\n')
    const after = await open()
    expect(['a', 'b', 'c'].map((key) => after.read(key)?.text.length)).toEqual([700, undefined, 700])
  },
)

test('a published recording answers, is not written to, and does not guess', async () => {
  const cache = await open()
  cache.write('a', full)
  const path = join(folder, 'published.jsonl')
  // Without its last line break, and with a field of a later version.
  await writeFile(path, (await readFile(file(1), 'utf8')).trimEnd().replace('{', '{ "model": "seer", '))
  const recording = await openRecording(path)
  const replay = makeReplayer(recording)
  const request = (key: string) => ({
    key,
    tokens: { input: 1, output: 1 },
    compose: () => Promise.reject(new Error()),
  })
  const { signal } = new AbortController()
  expect(await replay(request('a'), signal)).toEqual(full)
  await expect(replay(request('b'), signal)).rejects.toMatchObject({
    code: 'no-recorded-reply',
    problem: expect.stringContaining('1 recorded'),
  })
  recording.close()
  await expect(openRecording(join(folder, 'gone.jsonl'))).rejects.toMatchObject({ code: 'file-not-found' })
})

test('equal questions have equal keys, in whatever order they are written down', () => {
  expect(hashOf({ model: 'seer', prompt: { a: 1, b: [1, 2] } })).toBe(
    hashOf({ prompt: { b: [1, 2], a: 1 }, model: 'seer' }),
  )
  expect(hashOf({ b: [1, 2] })).not.toBe(hashOf({ b: [2, 1] }))
})
