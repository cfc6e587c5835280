import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ImmediateAnnotator } from '../annotators/annotator.ts'
import { openCache } from '../annotators/vlm/cache.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import type { TokenPrice } from '../core/price.ts'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { makeGates } from './gates.ts'
import { openAnnotators, type OpenedAnnotators } from './open-annotators.ts'
import { projectPaths } from './paths.ts'
import { readConfig, type Env } from './read-config.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(dir, { recursive: true }))

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const item: Item = { id: 'one', source: { kind: 'text', text: 'it hums' }, labels: { fine: 'bumblebee' } }
const anna = '{ id: anna, kind: human, hourly: 36 }'

async function open(
  entries: readonly string[],
  env: Env = {},
  labelColumns = ['fine'],
  items: readonly Item[] = [item],
): Promise<OpenedAnnotators> {
  const text = `dataset: d\nclasses: c.yaml\nlabels: { truth: fine }\nbudget: 1\nannotators: [${entries.join(', ')}]\n`
  await writeFile(join(dir, 'labelwright.yaml'), text)
  const config = await readConfig(dir, env)
  const traffic = { clock: { now: () => 0 }, rng: makeRng(1, 'pauses') }
  const paths = projectPaths(dir)
  const replies = await openCache(paths.cache)
  return openAnnotators(config, {
    taxonomy,
    items,
    itemIds: new Set(['one']),
    labelColumns,
    seed: 1,
    env,
    paths,
    replies,
    ...traffic,
    gateOf: makeGates(config.annotators, traffic),
  })
}

async function errorOf(opened: Promise<unknown>): Promise<LabelwrightError> {
  const thrown: unknown = await opened.catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(LabelwrightError)
  return thrown as LabelwrightError
}

test('a person is asked for the finest class, by the hour', async () => {
  const { annotators } = await open([anna])
  expect(annotators).toEqual([
    {
      kind: 'queued',
      id: 'anna',
      price: { kind: 'hourly', wage: 36_000_000, secondsPerQuestion: { classify: 8, verify: 2, select: 10 } },
      questions: [{ kind: 'classify', level: 'class' }],
      trusted: true,
      verifies: true,
    },
  ])
})

test('people and oracles are asked whether a label is right, unless they are not to be', async () => {
  const oracle = 'kind: oracle, labels: fine, price: { answer: 1, verify: 0.25 }'
  const { annotators } = await open([anna, `{ id: o, ${oracle} }`, `{ id: p, ${oracle}, verifies: false }`])
  expect(annotators.map(({ verifies }) => Boolean(verifies))).toEqual([true, true, false])
  const asked = annotators[1] as ImmediateAnnotator
  const reply = await asked.ask(item, { kind: 'verify', label: 'honeybee' }, new AbortController().signal)
  expect(reply).toEqual({ answer: { kind: 'verdict', approved: false }, cost: 250_000, seconds: null })
})

test('an oracle answers from its column, named directly or by its role', async () => {
  for (const labels of ['fine', 'truth']) {
    const { annotators } = await open([`{ id: o, kind: oracle, labels: ${labels}, price: { answer: 1 } }`])
    const oracle = annotators[0] as ImmediateAnnotator
    const reply = await oracle.ask(item, oracle.questions[0]!, new AbortController().signal)
    expect(reply).toEqual({ answer: { kind: 'label', label: 'bumblebee' }, cost: 1_000_000, seconds: null })
  }
})

test('a recording answers at its level, and its unusable rows are listed', async () => {
  await writeFile(join(dir, 'r.csv'), 'path,answer,confidence\none,bee,\ntwo,bee,\none,moth,high\n')
  const recorded =
    '{ id: r, kind: recorded, answers: r.csv, level: group, price: { answer: 0.5 }, columns: { item: path } }'
  const { annotators, quarantined } = await open([anna, recorded])
  const recording = annotators[1] as ImmediateAnnotator
  expect(recording.trusted).toBe(false)
  expect(recording.questions).toEqual([{ kind: 'classify', level: 'group' }])
  const reply = await recording.ask(item, recording.questions[0]!, new AbortController().signal)
  expect(reply).toMatchObject({ answer: { kind: 'label', label: 'bee' }, cost: 500_000 })
  expect(quarantined.map(({ where }) => where)).toEqual(['r.csv:4', 'r.csv:3'])
})

test('a model is asked at its level, and its first price is a guess from picture and classes', async () => {
  const { annotators } = await open(
    [
      anna,
      '{ id: v, kind: vlm, endpoint: "http://localhost:1/v1", model: m, level: group, price: { input: 2, output: 10 }, apiKeyEnv: KEY, concurrency: 9 }',
    ],
    { KEY: 'sk-hush' },
  )
  expect(annotators[1]).toMatchObject({
    kind: 'immediate',
    trusted: false,
    concurrency: 9,
    questions: [{ kind: 'classify', level: 'group' }],
    price: { kind: 'tokens', inputPerMillion: 2_000_000, outputPerMillion: 10_000_000 },
  })
  // About 500 characters of instructions, classes and schema, four to a token; the most is a reply as long as allowed, 256 tokens at 10.
  const { price, mostCost } = annotators[1] as ImmediateAnnotator
  const { input, output } = (price as TokenPrice).tokensPerQuestion
  expect([input > 80 && input < 300, output > 3 && output < 20]).toEqual([true, true])
  expect(mostCost!({ kind: 'classify', level: 'group' })).toBeGreaterThan(2560 + 2 * input)
})

test('the most that an answer can cost is that of the text with the most tokens, which need not be the one with the most letters', async () => {
  const costOf = async (...texts: string[]): Promise<number> => {
    const items = texts.map((text, i): Item => ({ id: `${i}`, source: { kind: 'text', text }, labels: {} }))
    const model = '{ id: v, kind: vlm, endpoint: "http://localhost:1/v1", model: m, price: { input: 2, output: 10 } }'
    const { annotators } = await open([anna, model], {}, [], items)
    return (annotators[1] as ImmediateAnnotator).mostCost!({ kind: 'classify', level: 'class' })
  }
  const [long, chinese] = ['it hums '.repeat(100), '蜜蜂'.repeat(300)]
  expect(await costOf(long, chinese)).toBe(await costOf(chinese))
  expect(await costOf(chinese)).toBeGreaterThan(await costOf(long))
})

const vlm = '{ id: qwen, kind: vlm, endpoint: "http://localhost:1/v1", model: m, price: { answer: 1 }'

test('a level that the tree does not have is refused by name', async () => {
  for (const entry of [
    `${vlm}, level: genus }`,
    '{ id: qwen, kind: recorded, answers: r.csv, level: genus, price: { answer: 1 } }',
  ]) {
    const { code, problem, fix } = await errorOf(open([anna, entry]))
    expect(code).toBe('bad-config')
    expect(problem).toBe('labelwright.yaml: the annotator "qwen" has level: genus, which the class tree does not have.')
    expect(fix).toBe('Its levels are: group, class. Name one of them, or leave "level:" out for the finest.')
  }
})

test('an oracle without its column is refused, with the columns that there are', async () => {
  const oracle = '{ id: o, kind: oracle, labels: specis, price: { answer: 1 } }'
  const { code, problem, fix } = await errorOf(open([oracle]))
  expect(code).toBe('bad-config')
  expect(problem).toBe(
    'labelwright.yaml: the annotator "o" answers from the label column "specis", which the dataset does not have.',
  )
  expect(fix).toBe('Its label columns are: fine. Name one of them.')
  expect((await errorOf(open([oracle], {}, []))).fix).toMatch(/^It has none/)
})

test('an unset key is named by its variable', async () => {
  for (const env of [{}, { QWEN_KEY: ' ' }]) {
    const { code, problem, fix } = await errorOf(open([anna, `${vlm}, apiKeyEnv: QWEN_KEY }`], env))
    expect(code).toBe('no-api-key')
    expect(problem).toBe('The annotator "qwen" takes its key from the environment variable QWEN_KEY, which is not set.')
    expect(fix).toBe('Set it, e.g. export QWEN_KEY=…, and run again.')
  }
})

test('where nobody is trusted, somebody must be added', async () => {
  const noisy = '{ id: o, kind: oracle, labels: fine, noise: 0.1, price: { answer: 1 } }'
  const { code, problem, fix } = await errorOf(open([noisy, `${vlm} }`]))
  expect(code).toBe('no-trusted-annotator')
  expect(problem).toContain('(o, qwen)')
  expect(fix).toContain('{ id: anna, kind: human, hourly: 30 }')
})
