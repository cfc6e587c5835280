import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tinyModel, wordTokenizer } from '../../local-model/tiny-graph.ts'

const words = ['<image>', 'user', 'assistant', 'colour', '{"label":', '"red"', '"blue"', '}']
const { tokenizer, config: tokenizerConfig, ids } = wordTokenizer(words)
const idOf = (word: string): number => ids.indexOf(word)

/** Two more dimensions than words: how red and how blue the picture is. */
const dims = ids.length + 2
const [redness, blueness] = [ids.length, ids.length + 1]

/** What follows what. After `{"label":` both colours are as likely; the picture decides. */
const follows: readonly (readonly [string, string])[] = [
  ['assistant', '{"label":'],
  ['{"label":', '"red"'],
  ['{"label":', '"blue"'],
  ['"red"', '}'],
  ['"blue"', '}'],
  ['}', '</s>'],
]

function weights(rows: number, cols: number, entries: readonly (readonly [number, number, number])[]) {
  const values = Array<number>(rows * cols).fill(0)
  for (const [i, j, value] of entries) values[i * cols + j] = value
  return { shape: [rows, cols], values }
}

const template = `{% for message in messages %}{{ message.role }} {% for part in message.content %}{% if part.type == 'image' %}<image> {% else %}{{ part.text }} {% endif %}{% endfor %}{% endfor %}{% if add_generation_prompt %}assistant{% endif %}`

/**
 * Writes a model in the layout of LLaVA that looks at 4 x 4 pixels and says `{"label": "red" }` or `{"label": "blue" }`: a chain of words that
 * sums up what it has seen, by way of its key-value cache.
 */
export async function writeTinyChatModel(folder: string): Promise<void> {
  const embedTokens = tinyModel({
    inputs: { input_ids: ['int64', 'batch_size', 'length'] },
    floats: {
      table: weights(
        ids.length,
        dims,
        ids.map((_, id) => [id, id, 1]),
      ),
    },
    nodes: [['Gather', ['table', 'input_ids'], 'inputs_embeds']],
    outputs: ['inputs_embeds'],
  })
  const visionEncoder = tinyModel({
    inputs: { pixel_values: ['float32', 'n', 3, 4, 4] },
    floats: {
      mean: weights(3, dims, [
        [0, redness, 1 / 16],
        [2, blueness, 1 / 16],
      ]),
    },
    integers: { axes: [2, 3] },
    nodes: [
      ['ReduceSum', ['pixel_values', 'axes'], 'sums', { keepdims: 0 }],
      ['MatMul', ['sums', 'mean'], 'image_features'],
    ],
    outputs: ['image_features'],
  })
  const cache = ['float32', 'batch_size', 1, 'past_length', dims] as const
  const decoder = tinyModel({
    inputs: {
      inputs_embeds: ['float32', 'batch_size', 'length', dims],
      'past_key_values.0.key': cache,
      'past_key_values.0.value': cache,
    },
    floats: {
      chain: weights(
        dims,
        ids.length,
        follows.map(([from, to]) => [idOf(from), idOf(to), 9]),
      ),
      sight: weights(dims, ids.length, [
        [redness, idOf('"red"'), 1],
        [blueness, idOf('"blue"'), 1],
      ]),
    },
    integers: { head: [1], seen: [2] },
    nodes: [
      ['Unsqueeze', ['inputs_embeds', 'head'], 'new'],
      ['Concat', ['past_key_values.0.key', 'new'], 'present.0.key', { axis: 2 }],
      ['Concat', ['past_key_values.0.value', 'new'], 'present.0.value', { axis: 2 }],
      ['ReduceSum', ['present.0.key', 'seen'], 'sum', { keepdims: 0 }],
      ['MatMul', ['sum', 'sight'], 'seeing'],
      ['MatMul', ['inputs_embeds', 'chain'], 'next'],
      ['Add', ['next', 'seeing'], 'logits'],
    ],
    outputs: ['logits', 'present.0.key', 'present.0.value'],
  })
  const json = {
    'config.json': {
      architectures: ['LlavaForConditionalGeneration'],
      model_type: 'llava',
      image_token_index: idOf('<image>'),
      eos_token_id: 1,
      text_config: {
        model_type: 'llama',
        num_hidden_layers: 1,
        num_attention_heads: 1,
        num_key_value_heads: 1,
        hidden_size: dims,
        head_dim: dims,
      },
    },
    'preprocessor_config.json': {
      processor_class: 'LlavaProcessor',
      image_processor_type: 'CLIPImageProcessor',
      size: { height: 4, width: 4 },
      do_normalize: false,
      resample: 3,
    },
    'processor_config.json': { image_token: '<image>', patch_size: 4, num_additional_image_tokens: 0 },
    'tokenizer.json': { ...tokenizer, post_processor: null },
    'tokenizer_config.json': { ...tokenizerConfig, chat_template: template },
  }
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await Promise.all([
    ...Object.entries(json).map(([name, value]) => writeFile(join(folder, name), JSON.stringify(value))),
    writeFile(join(folder, 'onnx/embed_tokens.onnx'), embedTokens),
    writeFile(join(folder, 'onnx/vision_encoder.onnx'), visionEncoder),
    writeFile(join(folder, 'onnx/decoder_model_merged.onnx'), decoder),
  ])
}
