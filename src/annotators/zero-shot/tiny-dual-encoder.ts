import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tinyModel, wordTokenizer } from '../local-model/tiny-graph.ts'

/** What each word adds to its sentence's vector: red, green, blue. Filling would spoil it, if it were not masked. */
const meanings: Readonly<Record<string, readonly [number, number, number]>> = {
  '<pad>': [9, -9, 5],
  a: [0.2, 0.2, 0.2],
  the: [0, 0, 0.4],
  large: [0.1, 0.3, 0],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
}

/** The vector of a sentence, before it is scaled. */
export function meaningOf(sentence: string): number[] {
  const words = sentence.split(' ').map((word) => meanings[word] ?? [0, 0, 0])
  return [0, 1, 2].map((c) => words.reduce((sum, word) => sum + word[c]!, 0))
}

export interface TinyDualEncoder {
  readonly config?: object
  readonly preprocessor?: object
  /** Default `image_embeds`, `text_embeds`. */
  readonly outputs?: readonly [string, string]
  /** Default: any number of pictures. */
  readonly batch?: number
}

/** Writes a dual encoder that compares a picture's mean colour with the colours in a sentence. */
export async function writeTinyDualEncoder(folder: string, options: TinyDualEncoder = {}): Promise<void> {
  const { batch = 'n', outputs: [image, text] = ['image_embeds', 'text_embeds'] } = options
  const { tokenizer, config, ids } = wordTokenizer(['a', 'the', 'large', 'red', 'green', 'blue'])
  const vision = tinyModel({
    inputs: { pixel_values: ['float32', batch, 3, 2, 2] },
    integers: { axes: [2, 3] },
    nodes: [['ReduceSum', ['pixel_values', 'axes'], image, { keepdims: 0 }]],
    outputs: [image],
  })
  const words = tinyModel({
    inputs: { input_ids: ['int64', 'n', 'length'], attention_mask: ['int64', 'n', 'length'] },
    floats: { table: { shape: [ids.length, 3], values: ids.flatMap((word) => meanings[word] ?? [0, 0, 0]) } },
    integers: { last: [-1], middle: [1] },
    nodes: [
      ['Gather', ['table', 'input_ids'], 'vectors'],
      ['Cast', ['attention_mask'], 'mask', { to: 1 }],
      ['Unsqueeze', ['mask', 'last'], 'column'],
      ['Mul', ['vectors', 'column'], 'kept'],
      ['ReduceSum', ['kept', 'middle'], text, { keepdims: 0 }],
    ],
    outputs: [text],
  })
  const files = {
    'config.json': JSON.stringify({ model_type: 'clip', logit_scale_init_value: Math.log(4), ...options.config }),
    'preprocessor_config.json': JSON.stringify({
      size: { height: 2, width: 2 },
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
      ...options.preprocessor,
    }),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify(config),
    'onnx/vision_model.onnx': vision,
    'onnx/text_model.onnx': words,
  }
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
}
