import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from './config.ts'
import { initialConfig } from './initial-config.ts'
import { readConfig } from './read-config.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function configOf(text: string): Promise<Config> {
  await writeFile(join(dir, 'labelwright.yaml'), text)
  return readConfig(dir, {})
}

const found = { dataset: './images', classes: './classes.yaml', truth: null, vlm: null }

test('a new project is ready to run with one person', async () => {
  const config = await configOf(initialConfig(found))
  expect(config).toMatchObject({
    dataset: join(dir, 'images'),
    classes: { kind: 'file', path: join(dir, 'classes.yaml') },
    labels: { given: null, truth: null },
    annotators: [{ id: 'person', kind: 'human', trusted: true }],
    strategy: 'information',
    budget: 20_000_000,
    currency: 'EUR',
    target: { accuracy: 0.95, confidence: 0.95 },
    start: 30,
    seed: 1,
  })
})

test('known labels and a model that was found are put to use', async () => {
  const vlm = { endpoint: 'http://localhost:11434/v1', model: 'qwen2.5vl:7b' }
  const config = await configOf(initialConfig({ ...found, truth: 'fine label', vlm }))
  expect(config.labels.truth).toBe('fine label')
  expect(config.annotators[1]).toMatchObject({ kind: 'vlm', ...vlm })
})

test('every example annotator works once its "#" is taken away', async () => {
  const text = initialConfig(found).replaceAll('  # - {', '  - {')
  const { annotators } = await configOf(text)
  expect(annotators.map(({ id }) => id)).toEqual([
    'person',
    'ollama',
    'vllm',
    'openai',
    'claude',
    'gemini',
    'clip',
    'earlier',
    'simulated',
  ])
})

test.each(['no', '007', 'a: b', '#1', ' "x" ', '.5', 'C:\\data', 'two\nlines', 'ünï', '- a', '*x', '1e3', '~'])(
  'the path %j comes through',
  async (dataset) => {
    const config = await configOf(initialConfig({ ...found, dataset, truth: dataset }))
    expect(config.labels.truth).toBe(dataset)
  },
)
