import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { batchWorld, failures, keyOf, said, type BatchWorld } from '../../../../test/fakes/ask-batch.ts'
import { beginBatch, type BatchDesk } from '../../../../test/fakes/fake-batch.ts'
import { batchProviders } from '../../../../test/fakes/open-fake-batch.ts'
import type { BatchRecord } from './batch-record.ts'

const words = ['ant', 'bee', 'cicada']
const form = { json: true, logprobs: false }

/** Notes a batch down by hand, as a process would that was killed. */
async function note({ folder, connection }: BatchWorld, about: Partial<BatchRecord>): Promise<void> {
  const record: BatchRecord = {
    localId: 'by-hand',
    endpoint: connection.endpoint.url,
    submittedAt: Date.now() - 1000,
    id: null,
    requests: Object.fromEntries(words.map((word) => [keyOf(word), form])),
    ...about,
  }
  await writeFile(join(folder, `${record.localId}.json`), JSON.stringify(record))
}

/** A network that brings a new batch to the provider, and then does this instead of bringing the response back. */
const afterHandover =
  (instead: () => Promise<Response>): typeof fetch =>
  async (url, init) => {
    const response = await fetch(url, init)
    const creates = init?.method === 'POST' && /batches$|batchGenerateContent$/.test(String(url as string))
    return creates ? instead() : response
  }
const cut = afterHandover(() => Promise.reject(new TypeError('fetch failed')))
const killed = afterHandover(() => new Promise(() => undefined))

describe.each(batchProviders)('%s', (provider) => {
  test('every reply of a batch reaches who asked, in whatever order they come, and is paid for once', async () => {
    const world = await batchWorld(provider)
    const progress: unknown[] = []
    const replies = await world.run(words, { onProgress: (at) => progress.push(at) })
    expect(replies).toEqual(words.map(said))
    expect(world.desk.batches).toHaveLength(1)
    expect(world.billed(words)).toEqual([1, 1, 1])
    expect(progress.at(-1)).toEqual({ id: world.desk.batches[0]!.id, done: 3, total: 3 })
    expect(world.replies.get(keyOf('ant'))).toMatchObject({ finishReason: 'stop', seconds: 0, usage: { output: 4 } })
    await expect.poll(world.records).toEqual([])
    expect(world.composed).toBe(3)
  })

  test('of a batch that failed in parts the rest is kept; what may pass is tried in another, what will not is not', async () => {
    const world = await batchWorld(provider)
    const fates = new Map<string, ReturnType<BatchDesk['fate']>>([
      ['ant', failures[provider](503)],
      ['bee', 'expired'],
      ['cicada', failures[provider](400)],
      ['dragonfly', 'canceled'],
      ['earwig', 'forgotten'],
    ])
    world.desk.fate = (key) => {
      const word = [...fates.keys()].find((each) => keyOf(each) === key)
      if (world.desk.batches.length > 1 || !word) return 'answered'
      return fates.get(word)!
    }
    const [ant, bee, cicada, dragonfly, earwig, flea] = await world.run([...fates.keys(), 'flea'])
    expect(ant).toBe(said('ant'))
    expect(bee).toBe(said('bee'))
    expect(cicada).toMatchObject({ code: 'message-rejected', message: expect.stringContaining('no such luck') })
    expect(dragonfly).toMatchObject({ code: 'endpoint-failed', message: expect.stringContaining('cancel') })
    expect(earwig).toBe(said('earwig'))
    expect(flea).toBe(said('flea'))
    expect(world.billed([...fates.keys(), 'flea'])).toEqual([1, 1, 0, 0, 1, 1])
    expect(world.desk.batches).toHaveLength(2)
    await expect.poll(world.records).toEqual([])
  })

  test('what never works is given up after a few batches', async () => {
    const world = await batchWorld(provider)
    world.desk.fate = () => 'expired'
    const [ant] = await world.run(['ant'])
    expect(ant).toMatchObject({ code: 'endpoint-failed', message: expect.stringContaining('3 times') })
    expect(world.desk.batches).toHaveLength(3)
  })

  test('a run that stops leaves its batch to the next one, which asks only what is new', async () => {
    const world = await batchWorld(provider)
    world.desk.polls = Infinity
    const stopped = new AbortController()
    const first = world.run(words, { signal: stopped.signal })
    await world.batches(1)
    while (JSON.stringify(await world.records()).includes('upload')) await new Promise(setImmediate)
    stopped.abort(new Error('stopped'))
    expect(await first).toEqual(words.map(() => new Error('stopped')))
    world.desk.polls = 0
    world.desk.batches[0]!.polls = 5
    expect(await world.run([...words, 'dragonfly'])).toEqual([...words, 'dragonfly'].map(said))
    expect(world.desk.batches).toHaveLength(2)
    expect(world.billed([...words, 'dragonfly'])).toEqual([1, 1, 1, 1])
    expect(world.composed).toBe(4)
  })

  test('a process that is killed before it learns the id of its batch finds it in the list of the provider', async () => {
    const world = await batchWorld(provider)
    void world.run(words, { fetch: killed })
    await world.batches(1)
    // Those of other people: as many messages, handed over by the same account at the same time.
    const entries = words.map((word) => ({ key: `other-${word}`, body: {} }))
    for (let other = 0; other < 3; other++) beginBatch(world.desk, { id: `other_${other}`, label: null, entries })
    expect(await world.run(words, { settleMs: 60_000 })).toEqual(words.map(said))
    expect(world.billed(words)).toEqual([1, 1, 1])
    expect(world.desk.batches).toHaveLength(4)
  })

  test('when the response to a handover is lost, nothing is handed over again before the list was read', async () => {
    const world = await batchWorld(provider)
    expect(await world.run(words, { fetch: cut })).toEqual(words.map(said))
    expect(world.desk.batches).toHaveLength(1)
  })

  test('a batch that was noted down but never arrived is handed over', async () => {
    const world = await batchWorld(provider)
    await note(world, {})
    expect(await world.run(words)).toEqual(words.map(said))
    expect(world.desk.batches).toHaveLength(1)
    await expect.poll(world.records).toEqual([])
  })

  test('replies that were paid for and not kept are fetched again for nothing', async () => {
    const world = await batchWorld(provider)
    await world.run(words)
    await note(world, { id: world.desk.batches[0]!.id })
    world.replies.delete(keyOf('bee'))
    expect(await world.run(words)).toEqual(words.map(said))
    expect(world.billed(words)).toEqual([1, 1, 1])
    await expect.poll(world.records).toEqual([])
    await note(world, { id: 'of which all is kept' })
    await world.run(['ant'])
    await expect.poll(world.records).toEqual([])
  })

  test('a provider that stumbles while it is polled is asked again; one that refuses the key is not, and the batch stays', async () => {
    const world = await batchWorld(provider)
    const { desk, connection } = world
    const troubles = [500, 429, 503, 200]
    desk.disturb = ({ method, path }) => {
      const status = method === 'GET' && /batches./.test(path) ? troubles.pop() : undefined
      return status ? { status, body: 'oops', headers: { 'retry-after-ms': '5' } } : null
    }
    expect(await world.run(words)).toEqual(words.map(said))
    expect(troubles).toEqual([])

    const body = { error: { message: `no such key: ${connection.endpoint.apiKey}`, type: 'authentication_error' } }
    desk.disturb = ({ method }) => (method === 'GET' ? { status: 401, body } : null)
    const [refused] = await world.run(['dragonfly'])
    expect(refused).toMatchObject({ code: 'endpoint-denied', message: expect.stringContaining('no such key: [key]') })
    desk.disturb = () => null
    expect(await world.run(['dragonfly'])).toEqual([said('dragonfly')])
    expect(world.billed(['dragonfly'])).toEqual([1])
  })

  test('a batch is split by the number of its messages and by its size', async () => {
    const world = await batchWorld(provider)
    const many = ['a', 'b', 'c', 'd', 'e']
    expect(await world.run(many, { limits: { maxRequests: 2, maxBytes: 1e6 } })).toEqual(many.map(said))
    expect(world.desk.batches.map(({ entries }) => entries.length).toSorted((a, b) => a - b)).toEqual([1, 2, 2])
    const more = ['f', 'g', 'h', 'i']
    const maxBytes = 2.8 * JSON.stringify(world.desk.batches[0]!.entries[0]).length
    expect(await world.run(more, { limits: { maxRequests: 100, maxBytes } })).toEqual(more.map(said))
    expect(world.desk.batches.slice(0, 2).map(({ entries }) => entries.length)).toEqual([2, 2])
  })
})

test('what nobody wants any more when a batch is closed is not in it', async () => {
  const world = await batchWorld('openai')
  const stopped = new AbortController()
  const replies = world.run(words, { signal: stopped.signal, collectMs: 20 })
  stopped.abort(new Error('stopped'))
  expect(await replies).toEqual(words.map(() => new Error('stopped')))
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(world.state.log).toEqual([])
  expect(world.composed).toBe(0)
})

test('a batch that the provider turns down as a whole costs nothing and says why', async () => {
  const world = await batchWorld('openai')
  const { desk } = world
  desk.disturb = ({ path }) =>
    path === '/v1/batches' ? { status: 400, body: { error: { message: 'Billing limit reached' } } } : null
  const [ant] = await world.run(['ant'])
  // Not `message-rejected`: it is not this message that is wrong.
  expect(ant).toMatchObject({ code: 'endpoint-failed', message: expect.stringContaining('Billing limit reached') })
  await expect.poll(world.records).toEqual([])

  let uploads = 0
  desk.disturb = ({ path }) => (path === '/v1/files' && uploads++ === 0 ? { status: 429, body: {} } : null)
  expect(await world.run(['bee'])).toEqual([said('bee')])
  expect(uploads).toBe(2)

  desk.disturb = () => null
  const failing = world.run(['cicada'], { pollMs: 20 })
  await world.batches(2)
  Object.assign(desk.batches[0]!, { ending: 'failed', failure: { code: 'model_not_found', message: 'no such model' } })
  expect(await failing).toMatchObject([{ code: 'endpoint-failed', message: expect.stringContaining('no such model') }])
})

test('a batch that the provider does not know any more is named, and where to delete it', async () => {
  const world = await batchWorld('openai')
  await note(world, { id: 'batch_gone' })
  const [ant] = await world.run(['ant'])
  expect(ant).toMatchObject({ code: 'endpoint-failed', message: expect.stringMatching(/batch_gone.*by-hand\.json/) })
  expect(world.state.log.filter(({ path }) => path === '/v1/files')).toEqual([])
})

test('a model that gives JSON only through a tool is read without the question at hand', async () => {
  const world = await batchWorld('anthropic')
  const connection = { ...world.connection, model: 'claude-3-haiku-20240307' }
  world.state.models = [connection.model]
  expect(await world.run(words, { connection })).toEqual(words.map(said))
  expect(world.desk.batches[0]!.entries[0]!.body).toHaveProperty('tools')
})

test("a provider's filter answers in a batch as it does alone", async () => {
  const world = await batchWorld('openai')
  world.desk.fate = () => ({ status: 400, body: { error: { message: 'flagged', code: 'content_filter' } } })
  await world.run(['ant'])
  expect(world.replies.get(keyOf('ant'))).toMatchObject({ text: '', finishReason: 'content-filter' })
})

test('a provider that nobody runs is given up at once', async () => {
  const world = await batchWorld('openai')
  await world.close()
  const [ant] = await world.run(['ant'])
  expect(ant).toMatchObject({ code: 'endpoint-unreachable' })
  await expect.poll(world.records).toEqual([])
})

test('a provider that wants to be left alone for ages is not asked again at once', async () => {
  const world = await batchWorld('openai')
  const stopped = new AbortController()
  const ages = { status: 429, body: {}, headers: { 'retry-after': '9999999' } }
  for (const [method, troubled] of [
    ['POST', /files$/],
    ['GET', /batches./],
  ] as const) {
    let asked = 0
    world.desk.disturb = (request) =>
      request.method === method && troubled.test(request.path) && ++asked ? ages : null
    const replies = world.run([method], { signal: stopped.signal })
    await expect.poll(() => asked).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(asked).toBe(1)
    void replies
  }
  stopped.abort()
})
