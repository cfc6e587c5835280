import { request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Question } from '../core/question.ts'
import type { Project } from '../project/project.ts'
import { openColours } from './colour-project.ts'
import type { PageQuestion } from './questions.ts'
import { startServer, type RunningServer } from './server.ts'
import type { Status } from './status.ts'

const anna = '{ id: anna, kind: human, price: { answer: 1 } }'
const clock = { now: () => Date.now() }

let dir = ''
let project: Project
let server: RunningServer
let cookie = ''
const errors: unknown[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-'))
  project = await openColours(dir, { annotators: anna })
  await begin()
})
afterEach(async () => {
  await server.close()
  await project.close()
  await rm(dir, { recursive: true })
  expect(errors.splice(0)).toEqual([])
})

/** Anna is asked this in the first round, in the order of the items. */
async function plan(asked: readonly Question[]): Promise<void> {
  await server.close()
  await project.close()
  await rm(dir, { recursive: true })
  project = await openColours(dir, { annotators: '{ id: anna, kind: human, price: { answer: 1, verify: 0.25 } }' })
  const { store, items } = project.campaign
  await store.registerItems(items)
  const key = { annotator: 'anna', attempt: 0, reserved: 250_000, purpose: 'learn' } as const
  const planned = asked.map((question, item) => ({ ...key, item, question }))
  await store.planRound(0, planned, 8_000_000)
  await begin()
}

async function begin(): Promise<void> {
  server = await startServer(project, { clock, onError: (thrown) => errors.push(thrown) })
  const entered = await fetch(server.url, { redirect: 'manual' })
  cookie = entered.headers.get('set-cookie')!.split(';')[0]!
}

const origin = (): string => `http://127.0.0.1:${server.port}`

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(origin() + path, { headers: { cookie, ...headers } })
}

function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(origin() + path, {
    method: 'POST',
    headers: { cookie, origin: origin(), 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function codeOf(reply: Response): Promise<[status: number, code: string]> {
  const { error } = (await reply.json()) as { error: { code: string } }
  return [reply.status, error.code]
}

const status = async (): Promise<Status> => (await (await ask('/api/status')).json()) as Status

async function questions(limit = 20, annotator = 'anna'): Promise<PageQuestion[]> {
  const reply = await ask(`/api/questions?annotator=${annotator}&limit=${limit}`)
  return ((await reply.json()) as { questions: PageQuestion[] }).questions
}

const answerTo = ({ item, question, attempt }: PageQuestion, label: string | null = item % 2 ? 'blue' : 'red') => {
  return { annotator: 'anna', item, question, attempt, label, seconds: 1.5 }
}

/** The first questions, as soon as they are planned. */
const firstQuestions = (limit = 20): Promise<PageQuestion[]> =>
  vi.waitFor(async () => {
    const found = await questions(limit)
    expect(found).not.toEqual([])
    return found
  }, 10_000)

test('answers turn the circle by themselves until the budget is spent, and the page then has a report', async () => {
  const first = await firstQuestions()
  expect(first).toHaveLength(5)
  expect(first[0]).toMatchObject({ words: 'Which class is this?', text: null, guess: null })
  expect(await status()).toMatchObject({ phase: 'asking', round: 0, expectedAccuracy: null, budget: '8.00 units' })

  for (const question of first) expect((await send('/api/answers', answerTo(question))).status).toBe(200)
  const second = await firstQuestions()
  // A budget of 8 leaves 3 answers after the first 5.
  expect(second).toHaveLength(3)
  expect(second.every(({ guess }) => guess!.probability > 0.5)).toBe(true)
  expect(await status()).toMatchObject({
    round: 1,
    answersByPeople: 5,
    spent: '5.00 units',
    people: [{ open: 3, answered: 5 }],
  })

  for (const question of second) await send('/api/answers', answerTo(question))
  await vi.waitFor(
    async () => expect(await status()).toMatchObject({ phase: 'finished', note: 'the budget is spent' }),
    10_000,
  )
  const report = await ask('/report')
  expect(report.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await report.text()).toContain('<!doctype html>')
  const ledger = await project.campaign.store.answers()
  expect(ledger.map(({ answer, seconds, cost }) => [answer.kind, seconds, cost])).toEqual(
    Array(8).fill(['label', 1.5, 1_000_000]),
  )
})

test('an answer sent twice is one answer, and the first one stays', async () => {
  const [question] = await firstQuestions()
  const first = await send('/api/answers', answerTo(question!, 'red'))
  const second = await send('/api/answers', answerTo(question!, 'blue'))
  expect(await first.json()).toMatchObject({ isNew: true, status: { answersByPeople: 1 } })
  expect(await second.json()).toMatchObject({ isNew: false, status: { answersByPeople: 1, spent: '1.00 units' } })
  const ledger = await project.campaign.store.answers()
  expect(ledger.map(({ answer }) => answer)).toEqual([{ kind: 'label', label: 'red' }])
})

test('whoever cannot tell abstains', async () => {
  const [question] = await firstQuestions()
  await send('/api/answers', answerTo(question!, null))
  const [entry] = await project.campaign.store.answers()
  expect(entry!.answer).toEqual({ kind: 'abstain', reason: 'cannot tell' })
})

const isRed = { kind: 'verify', label: 'red' } as const
const isBlue = { kind: 'verify', label: 'blue' } as const

test('whether it is a class is asked with all that is known of the class, one class after the other', async () => {
  await plan([isBlue, isRed, isBlue])
  const found = await questions()
  expect(found.map(({ item, question }) => [item, question])).toEqual([
    [0, isBlue],
    [2, isBlue],
    [1, isRed],
  ])
  expect(found[0]).toMatchObject({
    words: 'Is this blue?',
    subject: { name: 'blue', description: 'Like the sky', within: null },
    guess: null,
  })
})

test('a verdict is kept with its time at its own price, and the wrong kind of answer is refused', async () => {
  await plan([isBlue, isBlue, isRed, { kind: 'verify', label: 'green' }])
  const bare = { annotator: 'anna', item: 0, question: isBlue, attempt: 0, seconds: 1.5 }
  const sound = { ...bare, approved: true }
  const refused = async (body: object): Promise<unknown> => codeOf(await send('/api/answers', body))
  expect(await refused({ ...bare, label: 'blue' })).toEqual([400, 'bad-request'])
  expect(await refused({ ...sound, label: 'blue' })).toEqual([400, 'bad-request'])
  expect(await refused(bare)).toEqual([400, 'bad-request'])
  expect(await refused({ ...sound, approved: 'yes' })).toEqual([400, 'bad-request'])
  expect(await refused({ ...sound, question: { kind: 'classify', level: 'class' } })).toEqual([400, 'bad-request'])
  expect(await refused({ ...sound, question: isRed })).toEqual([404, 'unknown-question'])
  // Its class has gone since it was planned.
  expect(await refused({ ...sound, item: 3, question: { kind: 'verify', label: 'green' } })).toEqual([
    422,
    'unknown-label',
  ])
  expect(await project.campaign.store.answers()).toEqual([])

  expect((await send('/api/answers', sound)).status).toBe(200)
  expect((await send('/api/answers', { ...sound, item: 1, approved: false })).status).toBe(200)
  expect((await send('/api/answers', { ...sound, item: 2, question: isRed, approved: null })).status).toBe(200)
  const ledger = await project.campaign.store.answers()
  expect(ledger.map(({ answer, seconds, cost }) => [answer, seconds, cost])).toEqual([
    [{ kind: 'verdict', approved: true }, 1.5, 250_000],
    [{ kind: 'verdict', approved: false }, 1.5, 250_000],
    [{ kind: 'abstain', reason: 'cannot tell' }, 1.5, 250_000],
  ])
  expect(await status()).toMatchObject({ answersByPeople: 3, spent: '0.75 units', people: [{ open: 1, answered: 3 }] })
})

test('answers that fit no question are refused with a code, and nothing is written', async () => {
  const [question] = await firstQuestions()
  const sound = answerTo(question!)
  const refused = async (change: object): Promise<unknown> =>
    codeOf(await send('/api/answers', { ...sound, ...change }))
  expect(await refused({ label: 'green' })).toEqual([422, 'unknown-label'])
  expect(await refused({ item: 10 })).toEqual([404, 'unknown-item'])
  expect(await refused({ attempt: 7 })).toEqual([404, 'unknown-question'])
  expect(await refused({ annotator: 'ben' })).toEqual([404, 'unknown-annotator'])
  expect(await refused({ question: { kind: 'classify', level: 'colour' } })).toEqual([422, 'unknown-level'])
  expect(await refused({ question: { kind: 'verify', label: 'red' } })).toEqual([400, 'bad-request'])
  expect(await refused({ item: -1 })).toEqual([400, 'bad-request'])
  expect(await refused({ seconds: 'long' })).toEqual([400, 'bad-request'])
  expect(await refused({ cost: 5 })).toEqual([400, 'bad-request'])
  expect(await codeOf(await send('/api/answers', '{"item":'))).toEqual([400, 'bad-request'])
  expect(await codeOf(await send('/api/answers', sound, { 'content-type': 'text/plain' }))).toEqual([
    400,
    'bad-request',
  ])
  expect(await codeOf(await send('/api/answers', { ...sound, label: 'x'.repeat(20_000) }))).toEqual([413, 'too-large'])
  expect(await codeOf(await ask('/api/questions?annotator=anna&limit=1000'))).toEqual([400, 'bad-request'])
  expect(await codeOf(await ask('/api/nothing'))).toEqual([404, 'not-found'])
  expect(await project.campaign.store.answers()).toEqual([])
})

test('what one page has fetched no other page gets, until it is given back or the server starts anew', async () => {
  const [first, ...rest] = await firstQuestions()
  expect(await questions()).toEqual([])
  const { item, question, attempt } = first!
  expect((await send('/api/release', { annotator: 'anna', questions: [{ item, question, attempt }] })).status).toBe(204)
  expect(await questions()).toEqual([first])

  await server.close()
  await begin()
  expect(await questions()).toEqual([first, ...rest])
})

test('pictures are served as JPEG by the index of their item, and nothing else is', async () => {
  const [question] = await firstQuestions()
  const reply = await ask(question!.picture!)
  expect(reply.headers.get('content-type')).toBe('image/jpeg')
  expect(reply.headers.get('cache-control')).toBe('private, max-age=3600')
  const { format, width, height } = await sharp(await reply.arrayBuffer()).metadata()
  expect({ format, width, height }).toEqual({ format: 'jpeg', width: 60, height: 40 })
  expect(await codeOf(await ask('/api/pictures/10'))).toEqual([404, 'unknown-item'])
  for (const path of [
    '/api/pictures/..%2f..%2flabelwright.yaml',
    '/api/pictures/-1',
    '/..%2fserver.ts',
    '/labelwright.yaml',
  ]) {
    expect(await codeOf(await ask(path))).toEqual([404, 'not-found'])
  }
})

test('without the token nobody gets anything, and the token is traded for a cookie that scripts cannot read', async () => {
  for (const path of ['/api/status', '/main.js', '/report', '/api/pictures/0', '/?token=guess', '/']) {
    const reply = await fetch(origin() + path)
    expect(reply.status).toBe(401)
    expect(reply.headers.get('content-security-policy')).toContain("script-src 'self'")
  }
  expect(await codeOf(await ask('/api/status', { cookie: 'labelwright-1=guess' }))).toEqual([401, 'no-token'])
  const entered = await fetch(server.url, { redirect: 'manual' })
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/'])
  expect(entered.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  const page = await ask('/')
  expect(page.status).toBe(200)
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
})

test('a request under a foreign name or port is turned away, whatever cookie it brings', async () => {
  // fetch does not let its Host header be changed.
  const statusUnder = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = server
      request({ host: '127.0.0.1', port, path: '/api/status', headers: { host, cookie } }, (reply) => {
        reply.resume()
        resolve(reply.statusCode!)
      })
        .on('error', reject)
        .end()
    })
  expect(await statusUnder(`localhost:${server.port}`)).toBe(200)
  expect(await statusUnder(`evil.example:${server.port}`)).toBe(421)
  expect(await statusUnder('127.0.0.1:1')).toBe(421)
})

test('a foreign page cannot answer in a person’s name', async () => {
  const [question] = await firstQuestions()
  const foreign = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) {
    expect(await codeOf(await send('/api/answers', answerTo(question!), headers))).toEqual([403, 'cross-origin'])
  }
  const body = JSON.stringify(answerTo(question!))
  const silent = await fetch(`${origin()}/api/answers`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body,
  })
  expect(await codeOf(silent)).toEqual([403, 'cross-origin'])
  expect(await project.campaign.store.answers()).toEqual([])
})

test('before the first report there is a friendly page in its place', async () => {
  await firstQuestions()
  expect((await status()).hasReport).toBe(false)
  const reply = await ask('/report')
  expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('No report yet')])
})

test('a port that is taken is named', async () => {
  await expect(startServer(project, { port: server.port, clock })).rejects.toMatchObject({ code: 'cannot-listen' })
})
