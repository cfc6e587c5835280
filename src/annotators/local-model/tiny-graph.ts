import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf'
import { ModelProtoSchema, type AttributeProtoSchema } from '../../tensor/onnx/onnx_pb.ts'

type ElementType = 'float32' | 'int64'

/** A model for tests, spelt as ONNX spells it: the graph builder knows only what our kernels need. */
export interface TinyGraph {
  readonly inputs: Readonly<Record<string, readonly [ElementType, ...(number | string)[]]>>
  readonly floats?: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>
  readonly integers?: Readonly<Record<string, readonly number[]>>
  /** Operator, inputs, output, integer attributes. */
  readonly nodes: readonly (readonly [string, readonly string[], string, Readonly<Record<string, number>>?])[]
  readonly outputs: readonly string[]
}

const typeCodes = { float32: 1, int64: 7 }

/** The bytes of its `.onnx` file. */
export function tinyModel({ inputs, floats = {}, integers = {}, nodes, outputs }: TinyGraph): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'tiny',
      input: Object.entries(inputs).map(([name, [type, ...shape]]) => ({
        name,
        type: { tensorType: { elemType: typeCodes[type], shape: { dim: shape.map(dimension) } } },
      })),
      initializer: [
        ...Object.entries(floats).map(([name, { shape, values }]) => ({
          name,
          dims: shape.map(BigInt),
          dataType: typeCodes.float32,
          rawData: new Uint8Array(Float32Array.from(values).buffer),
        })),
        ...Object.entries(integers).map(([name, values]) => ({
          name,
          dims: [BigInt(values.length)],
          dataType: typeCodes.int64,
          rawData: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer),
        })),
      ],
      node: nodes.map(([opType, input, output, attributes = {}]) => ({
        opType,
        input: [...input],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]): MessageInitShape<typeof AttributeProtoSchema> => ({
          name,
          i: BigInt(value),
          type: 2,
        })),
      })),
      output: outputs.map((name) => ({ name, type: { tensorType: { elemType: typeCodes.float32 } } })),
    },
  })
  return toBinary(ModelProtoSchema, model)
}

function dimension(size: number | string) {
  return typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size }
}

/** A tokenizer of whole words, numbered in their order: `<pad>` 0, `</s>` 1, `<unk>` 2, then these. */
export function wordTokenizer(words: readonly string[]): { tokenizer: object; config: object; ids: readonly string[] } {
  const special = ['<pad>', '</s>', '<unk>']
  const ids = [...special, ...words]
  const end = { SpecialToken: { id: '</s>', type_id: 0 } }
  return {
    ids,
    tokenizer: {
      version: '1.0',
      added_tokens: special.map((content, id) => ({ id, content, special: true, normalized: false })),
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ Sequence: { id: 'A', type_id: 0 } }, end],
        pair: [],
        special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
      },
      decoder: null,
      model: { type: 'WordLevel', vocab: Object.fromEntries(ids.map((word, id) => [word, id])), unk_token: '<unk>' },
    },
    config: { tokenizer_class: 'PreTrainedTokenizerFast', pad_token: '<pad>', eos_token: '</s>', unk_token: '<unk>' },
  }
}
