import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../src/core/answer.ts'
import { toMicros } from '../src/core/money.ts'
import { foldName } from '../src/core/taxonomy.ts'
import { serveDemoVlm, type DemoVlm } from '../src/sample/demo-vlm.ts'
import type { Faults } from '../src/sample/faults.ts'
import { trainGlanceModel, type GlanceModel } from '../src/sample/glance-model.ts'
import { drawMeadow } from '../src/sample/meadow.ts'
import { families } from '../src/sample/species.ts'
import { labelwright } from './command.ts'
import { readLedger } from './ledger.ts'
import { startRelay, type Passed, type Relay } from './relay.ts'

const budget = 45
/** Per million tokens. */
const price = { input: 200, output: 400 }
const classes: readonly string[] = families.map(({ name }) => name)
const faults: Faults = {
  shares: {
    'rate-limit': 0.02,
    'rate-limit-silent': 0.02,
    'server-error': 0.02,
    'bad-gateway': 0.02,
    overloaded: 0.02,
    rejected: 0.03,
    cut: 0.02,
    hang: 0.01,
    'broken-envelope': 0.02,
    half: 0.02,
    torn: 0.02,
    'broken-json': 0.04,
    empty: 0.04,
    refusal: 0.04,
    endless: 0.04,
    'invented-label': 0.04,
    'wrong-case': 0.04,
    chatty: 0.04,
    'no-usage': 0.04,
    'obeys-picture': 0.16,
  },
  drawnBy: 'content',
  latencyMs: 5,
  retryAfterSeconds: 0.1,
}

let dir: string
let meadow: readonly { readonly path: string; readonly species: string }[]
let glance: GlanceModel
let vlm: DemoVlm
let relay: Relay
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-meadow-'))
  const { manifest } = await drawMeadow({ seed: 5, count: 240, signs: 0.5, dir })
  const rows = (await readFile(manifest, 'utf8')).trim().split('\n').slice(1)
  meadow = rows.map((row) => row.split(',')).map(([path, species]) => ({ path: path!, species: species! }))
  glance = await trainGlanceModel(5)
  vlm = await serveDemoVlm(glance, { seed: 5, faults })
  relay = await startRelay(vlm.url)
})
afterAll(async () => {
  await relay.close()
  await vlm.close()
  await rm(dir, { recursive: true })
})

/** A project on the meadow's families or species with a person and the model. @returns Its folder. */
async function writeProject(of: 'family' | 'species', url: string, says: string): Promise<string> {
  const folder = join(dir, of)
  await mkdir(folder)
  await writeFile(
    join(folder, 'labelwright.yaml'),
    `dataset: ../manifest.csv
classes: ${of === 'family' ? `[${classes.join(', ')}]` : '../classes.yaml'}
annotators:
  - { id: person, kind: oracle, labels: ${of}, price: { answer: 1 } }
  - { id: glance, kind: vlm, endpoint: "${url}", model: ${vlm.model}, concurrency: 16, ${says},
      price: { input: ${price.input}, output: ${price.output} } }
budget: ${budget}
start: 30
`,
  )
  return folder
}

/** What passed by about each item, in order: pictures are sent as their files are. */
async function passedAbout(): Promise<readonly (readonly Passed[])[]> {
  const byPicture = Map.groupBy(relay.passed, ({ body }) => /;base64,([^"]*)"/.exec(body)?.[1])
  const files = await Promise.all(meadow.map(({ path }) => readFile(join(dir, path), 'base64')))
  return files.map((file) => byPicture.get(file) ?? [])
}

interface Said {
  readonly content: string
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

/** What the model said, where a whole completion came. */
function saidIn({ status, reply }: Passed): Said | null {
  if (status !== 200 || reply === null) return null
  try {
    const { choices, ...rest } = JSON.parse(reply) as Said & { choices: { message: Said }[] }
    return { ...rest, content: choices[0]!.message.content }
  } catch {
    return null
  }
}

const unreadable = /^(broken JSON|empty reply|refused|repeats itself|cut off|none of these)$/

/** Whether an answer stands in what the model said, or names what was wrong with it. */
function isBasedOn(answer: Answer, passed: Passed): boolean {
  const content = saidIn(passed)?.content ?? ''
  switch (answer.kind) {
    case 'label':
      return classes.includes(answer.label) && foldName(content).includes(foldName(answer.label))
    case 'outside':
      return content.includes(answer.said)
    case 'abstain':
      return answer.reason.startsWith('rejected: ') ? passed.status === 400 : unreadable.test(answer.reason)
    default:
      return false
  }
}

async function label(project: string): Promise<unknown> {
  const { code, stdout, stderr } = await labelwright('label', '--dir', project, '--json')
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('should not') })
  return JSON.parse(stdout)
}

test('a campaign outlives a VLM that fails in every way, and its ledger holds what was said and nothing else', async () => {
  const project = await writeProject('family', relay.url, 'timeoutSeconds: 1')
  expect(await label(project)).toMatchObject({ outcome: 'finished', reason: 'budget-spent', items: 240 })

  const { ledger, committed } = await readLedger(project)
  const about = await passedAbout()
  const byModel = ledger.filter(({ annotator }) => annotator === 'glance')
  for (const { item, answer } of byModel) {
    // What failed was asked again until there was an answer, and then no more.
    const answered = about[item]!.findIndex((one) => saidIn(one) !== null || one.status === 400)
    expect(answered).toBe(about[item]!.length - 1)
    expect({ answer, isBasedOn: isBasedOn(answer, about[item]![answered]!) }).toEqual({ answer, isBasedOn: true })
  }
  expect(about.filter((passed) => passed.length > 0)).toHaveLength(byModel.length)
  expect(vlm.billedTwice()).toBe(0)

  const used = relay.passed.reduce((sum, one) => {
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = saidIn(one)?.usage ?? {}
    return sum + input * price.input + output * price.output
  }, 0)
  expect(used).toBeGreaterThan(toMicros(2))
  expect(used + toMicros(ledger.length - byModel.length)).toBeLessThanOrEqual(committed)
  expect(committed).toBeLessThanOrEqual(toMicros(budget))

  // All of it happened.
  const [answers, statuses] = [byModel.map(({ answer }) => answer), relay.passed.map(({ status }) => status)]
  expect(new Set(statuses)).toEqual(new Set([200, 400, 429, 500, 502, 503, null]))
  expect(new Set(relay.passed.filter(({ status }) => status === 429).map(({ retryAfter }) => retryAfter))).toEqual(
    new Set(['0.1', null]),
  )
  expect(relay.passed.some(({ status, reply }) => status === 200 && reply === null)).toBe(true)
  for (const reason of ['broken JSON', 'empty reply', 'refused'])
    expect(answers).toContainEqual({ kind: 'abstain', reason })
  expect(answers).toContainEqual({ kind: 'outside', said: 'iridescent thunderbug' })
  expect(answers).toContainEqual({ kind: 'outside', said: 'yes' })
  expect(answers.filter(({ kind }) => kind === 'label').length).toBeGreaterThan(answers.length / 2)

  const requests = vlm.requests()
  expect(await label(project)).toMatchObject({ outcome: 'finished', reason: 'budget-spent' })
  expect((await readLedger(project)).ledger).toEqual(ledger)
  expect(vlm.requests()).toBe(requests)
})

test('the confidence that a model states is kept as it is, too high, and the model is weighed by how often people agree with it', async () => {
  const sound = await serveDemoVlm(glance, { seed: 5 })
  const project = await writeProject('species', sound.url, 'confidence: stated')
  try {
    expect(await label(project)).toMatchObject({ outcome: 'finished', reason: 'budget-spent' })
  } finally {
    await sound.close()
  }
  const { ledger } = await readLedger(project)
  const stated = ledger.flatMap(({ item, answer }) =>
    answer.kind === 'label' && answer.confidence !== undefined
      ? [{ confidence: answer.confidence, isRight: answer.label === meadow[item]!.species ? 1 : 0 }]
      : [],
  )
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length
  const meanStated = mean(stated.map(({ confidence }) => confidence))
  expect(stated.length).toBeGreaterThanOrEqual(30)
  expect(meanStated).toBeGreaterThan(mean(stated.map(({ isRight }) => isRight)))
  const { code, stdout } = await labelwright('status', '--dir', project, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    annotators: [{ annotator: 'glance', answers: stated.length }, { annotator: 'person' }],
    last: { annotators: [{ id: 'glance', agreement: expect.any(Number), weight: expect.any(Number) }] },
  })
})
