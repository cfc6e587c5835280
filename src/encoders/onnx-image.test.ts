import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { row } from '../tensor/matrix.ts'
import { buildModel, type Dimension } from '../tensor/onnx/graph.ts'
import { openOnnxImageEncoder } from './onnx-image.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-onnx-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A model whose `embedding` is the mean colour of a picture, beside a first output that is no vector. */
function meanColour(batch: Dimension): Uint8Array {
  return buildModel((g) => {
    const pixels = g.input('pixels', [batch, 3, 4, 4])
    return { doubled: g.add(pixels, pixels), embedding: g.flatten(g.mean(g.mean(pixels, 3), 2)) }
  })
}

const description = { size: 4, resize: 'fill', scale: '1/255', mean: 0.5, std: [0.5, 0.5, 1], layout: 'nchw', batch: 2 }

async function writeEncoder(name: string, fields: object | string, model = meanColour('n')): Promise<string> {
  const path = join(folder, `${name}.onnx`)
  await writeFile(path, model)
  await writeFile(join(folder, `${name}.json`), typeof fields === 'string' ? fields : JSON.stringify(fields))
  return path
}

function pictures(): Promise<Item[]> {
  return Promise.all(
    ['red', 'lime', 'blue'].map(async (background) => {
      const path = join(folder, `${background}.png`)
      await sharp({ create: { width: 9, height: 5, channels: 3, background } }).toFile(path)
      return { id: background, source: { kind: 'image', path } as const, labels: {} }
    }),
  )
}

// (v / 255 - 0.5) / std by hand.
const expected = [1, -1, -0.5, -1, 1, -0.5, -1, -1, 0.5]

test.for<Dimension>(['n', 1, 2])(
  'pictures are scaled as described and encoded in order, batch axis %s',
  async (batch) => {
    const encoder = await openOnnxImageEncoder(await writeEncoder(`mean${batch}`, description, meanColour(batch)))
    const { features, kept } = await encoder.encode(await pictures())
    expect([...kept]).toEqual([0, 1, 2])
    features.data.forEach((value, j) => expect(value).toBeCloseTo(expected[j]!, 5))
  },
)

test('the encoder may be named by its description, and changes its id with model and preprocessing', async () => {
  await writeEncoder('kept', description)
  const other = join(folder, 'other.json')
  await writeFile(other, JSON.stringify({ ...description, model: './kept.onnx' }))
  const [one, same] = [await openOnnxImageEncoder(join(folder, 'kept.onnx')), await openOnnxImageEncoder(other)]
  expect(same.id).toBe(one.id)
  await writeFile(other, JSON.stringify({ ...description, model: './kept.onnx', mean: 0 }))
  expect((await openOnnxImageEncoder(other)).id).not.toBe(one.id)
  const retrained = await writeEncoder(
    'retrained',
    description,
    buildModel((g) => ({
      embedding: g.flatten(g.input('pixels', ['n', 3, 4, 4])),
    })),
  )
  expect((await openOnnxImageEncoder(retrained)).id).not.toBe(one.id)
})

test('without a description nothing is guessed: the error shows a complete one', async () => {
  const path = join(folder, 'bare.onnx')
  await writeFile(path, meanColour('n'))
  const error: unknown = await openOnnxImageEncoder(path).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'missing-preprocessing' })
  const shown = (error as Error).message.match(/\{[^]*\}/)![0]
  expect(Object.keys(JSON.parse(shown))).toEqual(
    expect.arrayContaining(['size', 'resize', 'scale', 'mean', 'std', 'layout']),
  )
})

test.for([
  ['bad-preprocessing', 'no JSON', '{ size: 4 }'],
  ['bad-preprocessing', 'mean: must be a number', { ...description, mean: 'imagenet' }],
  ['bad-preprocessing', 'layout: ', { ...description, layout: 'chw' }],
  ['bad-preprocessing', 'Unrecognized key: "sise"', { ...description, sise: 4 }],
  ['bad-preprocessing', 'crop: 8 x 8 is larger than size 4 x 4', { ...description, crop: 8 }],
  ['bad-encoder', 'refuses a picture', { ...description, layout: 'nhwc' }],
  ['bad-encoder', 'no float32 input "image"; its inputs are: pixels (float32)', { ...description, input: 'image' }],
  ['bad-encoder', 'doubled (float32 1 x 3 x 4 x 4)', { ...description, output: 'doubled' }],
] as const)('%s: %s', async ([code, problem, fields]) => {
  const opened = openOnnxImageEncoder(await writeEncoder('wrong', fields))
  await expect(opened).rejects.toMatchObject({ code, problem: expect.stringContaining(problem) })
})

test('a file that is no model is told from one that is not there', async () => {
  const path = await writeEncoder('noise', description, Buffer.from('not a model'))
  await expect(openOnnxImageEncoder(path)).rejects.toMatchObject({
    code: 'bad-encoder',
    problem: expect.stringContaining('cannot be loaded'),
  })
  await rm(path)
  await expect(openOnnxImageEncoder(path)).rejects.toThrow(/cannot be read: ENOENT/)
})

const data = process.env['LABELWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
const models = join(data, 'models')

// Reference: python onnxruntime on the same files, preprocessed by Pillow and numpy (reference_outputs.json of the data).
test.skipIf(!existsSync(models))('MobileNetV2 gives the embeddings of the reference program', async () => {
  const path = join(folder, 'mobilenet.json')
  const model = join(models, 'mobilenet_v2_imagenet_w8.onnx')
  const fields = { model, size: 224, resize: 'fill', scale: 1, mean: 127.5, std: 127.5, layout: 'nchw' }
  await writeFile(path, JSON.stringify(fields))
  const reference = JSON.parse(await readFile(join(models, 'reference_outputs.json'), 'utf8')) as {
    probes: Record<string, { embedding_first8: number[]; embedding_l2: number }>
  }
  const probes = Object.entries(reference.probes)
  const items = probes.map(([id]) => ({
    id,
    source: { kind: 'image' as const, path: join(models, 'probe_images', id) },
    labels: {},
  }))
  const { features } = await (await openOnnxImageEncoder(path)).encode(items)
  expect([features.rows, features.cols]).toEqual([4, 1280])
  probes.forEach(([, probe], i) => {
    const embedding = row(features, i)
    expect(Math.abs(Math.hypot(...embedding) / probe.embedding_l2 - 1)).toBeLessThan(2e-3)
    const largest = Math.max(...probe.embedding_first8)
    probe.embedding_first8.forEach((value, j) => expect(Math.abs(embedding[j]! - value)).toBeLessThan(2e-3 * largest))
  })
})
