import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../../core/item.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { meaningOf, writeTinyDualEncoder, type TinyDualEncoder } from './tiny-dual-encoder.ts'
import { openZeroShot, type ZeroShotOptions } from './zero-shot.ts'

let folder = ''
let red: Item
let orange: Item
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-zero-shot-'))
  ;[red, orange] = await Promise.all([paint('red', { r: 255, g: 0, b: 0 }), paint('orange', { r: 255, g: 102, b: 0 })])
})
afterAll(() => rm(folder, { recursive: true }))

async function paint(id: string, background: { r: number; g: number; b: number }): Promise<Item> {
  const path = join(folder, `${id}.png`)
  await sharp({ create: { width: 9, height: 5, channels: 3, background } }).toFile(path)
  return { id, source: { kind: 'image', path }, labels: {} }
}

const taxonomy = makeTaxonomy(['red', 'green', 'blue'].map((name) => ({ name })))
const question = { kind: 'classify', level: 'class' } as const
const never = new AbortController().signal
const templates = ['a {}', 'the large {}']
let models = 0

async function open(model: TinyDualEncoder = {}, options: Partial<ZeroShotOptions> = {}) {
  const path = join(folder, `model${models++}`)
  await writeTinyDualEncoder(path, model)
  const price = { kind: 'answer', amount: 3 } as const
  const clock = { now: () => 0 }
  return openZeroShot({
    id: 'z',
    model: path,
    taxonomy,
    level: 'class',
    templates,
    price,
    cacheDir: folder,
    clock,
    ...options,
  })
}

async function probabilities(annotator: Awaited<ReturnType<typeof open>>, item: Item): Promise<Record<string, number>> {
  const { answer } = await annotator.ask(item, question, never)
  if (answer.kind !== 'distribution') throw new Error(answer.kind)
  return answer.probabilities
}

const unit = (vector: readonly number[]): number[] => vector.map((value) => value / Math.hypot(...vector))

/** Cosines of a picture with the averaged sentences of each class, by the paper's recipe. */
function cosines(colour: readonly number[], used: readonly string[] = templates): number[] {
  return ['red', 'green', 'blue'].map((name) => {
    const sentences = used.map((template) => unit(meaningOf(template.replace('{}', name))))
    const mean = unit([0, 1, 2].map((c) => sentences.reduce((sum, vector) => sum + vector[c]!, 0)))
    return unit(colour).reduce((sum, value, c) => sum + value * mean[c]!, 0)
  })
}

function shares(weights: readonly number[]): Record<string, number> {
  const sum = weights.reduce((a, b) => a + b)
  return Object.fromEntries(['red', 'green', 'blue'].map((name, i) => [name, expect.closeTo(weights[i]! / sum, 5)]))
}

test('the probabilities are a softmax of scaled cosines with the average of the sentences', async () => {
  const annotator = await open()
  expect(await probabilities(annotator, orange)).toEqual(shares(cosines([1, 0.4, 0]).map((c) => Math.exp(4 * c))))
  expect(await annotator.ask(red, question, never)).toMatchObject({
    cost: 3,
    seconds: 0,
    how: { prompt: expect.stringMatching(/^[\da-f]{16}$/), rule: 'probabilities', calls: 1, inputTokens: 0 },
  })
  const sharper = await open({}, { scale: 8, templates: ['the {}'] })
  const expected = cosines([1, 0.4, 0], ['the {}']).map((c) => Math.exp(8 * c))
  expect(await probabilities(sharper, orange)).toEqual(shares(expected))
})

test('a scale that training only began with is not believed: such models end at 100', async () => {
  const annotator = await open({ config: { logit_scale_init_value: 2.6592 } })
  const [likeliest] = Object.entries(await probabilities(annotator, orange))
  expect(likeliest).toEqual(['red', expect.closeTo(1, 4)])
})

test('a sigmoid model judges each class alone, and its judgements are scaled to a sum of 1', async () => {
  const model: TinyDualEncoder = {
    config: { model_type: 'siglip', text_config: { max_position_embeddings: 9 } },
    outputs: ['pooler_output', 'pooler_output'],
  }
  const annotator = await open(model, { scale: 6, bias: -3 })
  const judged = cosines([1, 0.4, 0]).map((c) => 1 / (1 + Math.exp(3 - 6 * c)))
  expect(await probabilities(annotator, orange)).toEqual(shares(judged))
})

test.for([1, 2, undefined])(
  'pictures asked about at once are encoded together, each for itself: batch axis %s',
  async (batch) => {
    const annotator = await open(batch === undefined ? {} : { batch }, { batch: 4 })
    const expected = await Promise.all([red, orange].map((item) => probabilities(annotator, item)))
    const many = await Promise.all(Array.from({ length: 11 }, (_, i) => probabilities(annotator, i % 2 ? orange : red)))
    expect(many).toEqual(Array.from({ length: 11 }, (_, i) => expected[i % 2]))
  },
)

test('the asking is known by everything that decides the answer', async () => {
  const asked = async (...given: Parameters<typeof open>) =>
    (await (await open(...given)).ask(red, question, never)).how?.prompt
  const usual = await asked()
  expect(await asked()).toBe(usual)
  expect(await asked({}, { templates: ['a {}'] })).not.toBe(usual)
  expect(await asked({ batch: 2 })).not.toBe(usual)
})

test('a picture that cannot be read costs nothing; one that is not there stops the work', async () => {
  const annotator = await open()
  const path = join(folder, 'broken.png')
  await writeFile(path, 'no picture')
  const broken: Item = { id: 'broken', source: { kind: 'image', path }, labels: {} }
  expect(await annotator.ask(broken, question, never)).toMatchObject({ answer: { kind: 'abstain' }, cost: 0 })
  const gone: Item = { ...broken, source: { kind: 'image', path: join(folder, 'gone.png') } }
  await expect(annotator.ask(gone, question, never)).rejects.toMatchObject({ code: 'file-not-found' })
})

test('texts are refused when it is opened, and never asked about', async () => {
  await expect(open({}, { itemKind: 'text' })).rejects.toMatchObject({ code: 'wrong-item-kind' })
  const annotator = await open()
  const text: Item = { id: 't', source: { kind: 'text', text: 'red' }, labels: {} }
  expect([annotator.knows(text), annotator.knows(red)]).toEqual([false, true])
  await expect(annotator.ask(red, { kind: 'verify', label: 'red' }, never)).rejects.toMatchObject({
    code: 'question-not-supported',
  })
})

test.for<[string, string, TinyDualEncoder, Partial<ZeroShotOptions>]>([
  ['bad-model', 'its model_type is "llava"', { config: { model_type: 'llava' } }, {}],
  ['bad-model', 'preprocessor_config.json', { preprocessor: { size: { longest_edge: 2 } } }, {}],
  ['bad-model', 'it crops 4 x 4 out of 2 x 2', { preprocessor: { do_center_crop: true, crop_size: 4 } }, {}],
  ['bad-model', 'logit_scale_init_value', { config: { logit_scale_init_value: 800 } }, {}],
  ['bad-model', 'refuses a picture', { preprocessor: { size: 3 } }, {}],
  ['bad-model', 'but none of image_embeds, pooler_output', { outputs: ['hidden', 'text_embeds'] }, {}],
  ['missing-model-file', 'onnx/text_model_quantized.onnx', {}, { dtype: 'q8' }],
  ['bad-template', '"a picture" has no place', {}, { templates: ['a picture'] }],
  ['bad-template', '""', {}, { templates: [] }],
  ['unknown-level', '"species"', {}, { level: 'species' }],
])('%s: %s', async ([code, problem, model, options]) => {
  await expect(open(model, options)).rejects.toMatchObject({ code, problem: expect.stringContaining(problem) })
})

test.for([99, 0.5, 'x'])('a tokenizer whose tokens the model does not have is none of its own: %s', async (id) => {
  const path = join(folder, `tokens-${id}`)
  await writeTinyDualEncoder(path)
  const file = join(path, 'tokenizer.json')
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as { model: { vocab: Record<string, unknown> } }
  tokenizer.model.vocab['red'] = id
  await writeFile(file, JSON.stringify(tokenizer))
  await expect(open({}, { model: path })).rejects.toMatchObject({ code: 'bad-model' })
})

test.for(['config.json', 'tokenizer.json', 'onnx/vision_model.onnx'])(
  'a %s that is none is to be fetched again',
  async (file) => {
    const path = join(folder, 'damaged', file)
    await writeTinyDualEncoder(path)
    await writeFile(join(path, file), 'not a model')
    await expect(open({}, { model: path })).rejects.toMatchObject({
      code: 'bad-model',
      fix: expect.stringContaining(join(path, file)),
    })
  },
)
