import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from './config.ts'
import { openTaxonomy, readConfig } from './read-config.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function configOf(text: string | Uint8Array): Promise<Config> {
  await writeFile(join(dir, 'labelwright.yaml'), text)
  return readConfig(dir, {})
}

const anna = '{ id: anna, kind: human, hourly: 30 }'
test('a short file has defaults for everything else', async () => {
  const config = await configOf(`dataset: ./images\nclasses: ./classes.yaml\nannotators: [${anna}]\nbudget: 200\n`)
  expect(config).toEqual({
    dir,
    dataset: join(dir, 'images'),
    open: null,
    classes: { kind: 'file', path: join(dir, 'classes.yaml') },
    prices: null,
    labels: { given: null, truth: null },
    encoder: 'builtin',
    annotators: [
      {
        kind: 'human',
        id: 'anna',
        price: { kind: 'hourly', wage: 30_000_000, secondsPerQuestion: { classify: 8, verify: 2, select: 10 } },
        trusted: true,
        verifies: true,
      },
    ],
    strategy: 'information',
    iso: {},
    prior: {},
    learner: 'mixture',
    batch: null,
    budget: 200_000_000,
    currency: 'units',
    target: null,
    seed: 1,
    rounds: null,
    start: 30,
    audit: { items: null },
  })
})

test('open data stand beside the path of the dataset', async () => {
  const config = await configOf(
    `dataset: { path: ./images, open: { index: [./a.parquet, /b.jsonl], features: [./a.npy, ./b.npy], perClass: 50 } }
classes: [a]\nannotators: [${anna}]\nbudget: 200\n`,
  )
  expect(config).toMatchObject({
    dataset: join(dir, 'images'),
    open: {
      index: [join(dir, 'a.parquet'), '/b.jsonl'],
      images: null,
      caption: 'caption',
      path: 'path',
      features: [join(dir, 'a.npy'), join(dir, 'b.npy')],
      prototypes: null,
      perClass: 50,
      minSimilarity: null,
      ambiguous: 'drop',
    },
  })
})

test('a long file is read as it stands, and keys without a value are as good as absent', async () => {
  const config = await configOf(`
dataset: /data/list.csv
classes: ./classes.yaml
labels: { given: label, truth: fine }
encoder: onnx:./encoder.onnx
annotators:
  - &paid { id: ben, kind: human, hourly: 12.5, seconds: { verify: 1 }, trusted: false }
  - { id: qwen, kind: vlm, endpoint: "https://gpu.example/v1", model: q, level: group, price: { input: 0.1, output: 0.4 },
      apiKeyEnv: QWEN_KEY, concurrency: 8, picture: { longestSide: 768 }, timeoutSeconds: 1.5, maxRetries: 0, temperature: 0.2 }
  - { id: local, kind: vlm, endpoint: "http://127.0.0.1:8000/v1", model: q, price: { answer: 0.002 }, level: }
  - { id: gpt4v, kind: recorded, answers: ./gpt4v.jsonl, price: { answer: 0 }, columns: { item: path, cost: } }
  - { id: sure, kind: oracle, labels: truth, price: { answer: 1 } }
  - { id: wavering, kind: oracle, labels: fine, noise: { kind: look-alike, rate: 0.1 }, hourly: 10 }
  - { id: vague, kind: oracle, labels: fine, noise: 0.2, price: { answer: 1 }, trusted: true }
strategy: margin
budget: { amount: 0.5, currency: EUR }
target: { accuracy: 0.9, confidence: 0.99 }
seed: 7
rounds: 3
start: 0
audit: false
`)
  expect(config).toMatchObject({
    dataset: '/data/list.csv',
    labels: { given: 'label', truth: 'fine' },
    encoder: 'onnx:./encoder.onnx',
    strategy: 'margin',
    budget: 500_000,
    currency: 'EUR',
    target: { accuracy: 0.9, confidence: 0.99 },
    seed: 7,
    rounds: 3,
    start: 0,
    audit: false,
  })
  const [ben, qwen, local, gpt4v, sure, wavering, vague] = config.annotators
  expect(ben).toMatchObject({ price: { secondsPerQuestion: { classify: 8, verify: 1, select: 10 } }, trusted: false })
  expect(qwen).toEqual({
    provider: 'openai-compatible',
    prompt: 'direct',
    mode: 'live',
    confidence: 'none',
    replay: null,
    dtype: null,
    chunk: 20,
    examples: 0,
    samples: 1,
    maxOutputTokens: 256,
    requestsPerMinute: null,
    tokensPerMinute: null,
    kind: 'vlm',
    id: 'qwen',
    endpoint: 'https://gpu.example/v1',
    model: 'q',
    level: 'group',
    price: { kind: 'tokens', inputPerMillion: 100_000, outputPerMillion: 400_000 },
    apiKeyEnv: 'QWEN_KEY',
    concurrency: 8,
    picture: { longestSide: 768, quality: 85, format: 'jpeg' },
    timeoutMs: 1500,
    maxRetries: 0,
    temperature: 0.2,
  })
  expect(local).toMatchObject({
    level: null,
    price: { kind: 'answer', amount: 2000 },
    apiKeyEnv: null,
    concurrency: 4,
    picture: { longestSide: 512, quality: 85, format: 'jpeg' },
    timeoutMs: 60_000,
    maxRetries: 5,
    temperature: null,
  })
  expect(gpt4v).toEqual({
    kind: 'recorded',
    id: 'gpt4v',
    answers: join(dir, 'gpt4v.jsonl'),
    price: { kind: 'answer', amount: 0 },
    level: null,
    columns: { item: 'path' },
  })
  expect(sure).toMatchObject({ noise: { rate: 0 }, trusted: true })
  expect(wavering).toMatchObject({
    noise: { kind: 'look-alike', rate: 0.1 },
    price: { kind: 'hourly', wage: 10_000_000 },
    trusted: false,
  })
  expect(vague).toMatchObject({ noise: { kind: 'uniform', rate: 0.2 }, trusted: true })
})

test('classes may stand in the file itself, and stay texts', async () => {
  const { classes } = await configOf(`
dataset: d
classes: { levels: [family, species], classes: { bee: [no, 007], moth: } }
annotators: [${anna}]
budget: 1
`)
  const { levels } = await openTaxonomy(classes)
  expect(levels.map(({ name }) => name)).toEqual(['family', 'species'])
  expect(levels[1]!.classes.map(({ name }) => name)).toEqual(['no', '007', 'moth'])
})

test('a file in another encoding is refused', async () => {
  await expect(configOf(Buffer.from('dataset: caf\xe9', 'latin1'))).rejects.toMatchObject({
    code: 'bad-config',
    problem: `${join(dir, 'labelwright.yaml')}:1:1: The file is not valid UTF-8.`,
  })
})

test('a folder without a configuration is no project yet, and the error says how to make it one', async () => {
  const empty = join(dir, 'empty')
  await mkdir(empty)
  for (const folder of [empty, join(dir, 'absent')]) {
    await expect(readConfig(folder, {})).rejects.toMatchObject({
      code: 'no-project',
      problem: `There is no labelwright.yaml in ${folder}.`,
      fix: `Make a project there with: labelwright init DATASET --dir ${folder}`,
    })
  }
})

test('a PostgreSQL database is refused without repeating its password', async () => {
  await writeFile(join(dir, 'labelwright.yaml'), `dataset: d\nclasses: [a]\nannotators: [${anna}]\nbudget: 1\n`)
  const url = 'postgres://me:hush@db.example/labels'
  const thrown: unknown = await readConfig(dir, { DATABASE_URL: url }).catch((error: unknown) => error)
  expect(thrown).toMatchObject({ code: 'not-built' })
  expect(String(thrown)).not.toContain('hush')
  await expect(readConfig(dir, { DATABASE_URL: 'mysql://elsewhere' })).resolves.toBeDefined()
})

test('models in folders are looked for beside the file, those of a hub and of servers are names', async () => {
  const models = [
    '{ id: a, kind: zero-shot, model: ./clip }',
    '{ id: b, kind: zero-shot, model: "hf:owner/clip" }',
    '{ id: c, kind: vlm, provider: in-process, model: ./smol, price: { answer: 0 } }',
    '{ id: d, kind: vlm, endpoint: "http://localhost:1/v1", model: ./served, price: { answer: 0 } }',
  ]
  const config = await configOf(`dataset: d\nclasses: c.yaml\nbudget: 1\nannotators: [${models.join(', ')}]\n`)
  const names = config.annotators.map((said) => ('model' in said ? said.model : null))
  expect(names).toEqual([join(dir, 'clip'), 'hf:owner/clip', join(dir, 'smol'), './served'])
})
