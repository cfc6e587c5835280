import { create, toBinary } from '@bufbuild/protobuf'
import { type AttributeProto, ModelProtoSchema, type NodeProto, type TensorProto } from './onnx_pb.ts'

/** A value inside a graph under construction. */
export interface Value {
  readonly name: string
}

/** A dimension: a number, or a name for one that is known only when the graph runs. */
export type Dimension = number | string

type Plain<T> = Omit<T, '$typeName' | '$unknown'>

/**
 * Builds small ONNX models that read like the formula they compute.
 *
 * @example
 * ```ts
 * const bytes = buildModel((g) => {
 *   const x = g.input('x', ['n', 'd'])
 *   const w = g.input('w', ['d', 'k'])
 *   return { p: g.softmax(g.matmul(x, w)) }
 * })
 * ```
 */
export function buildModel(formula: (graph: GraphBuilder) => Record<string, Value>): Uint8Array {
  const graph = new GraphBuilder()
  return graph.finish(formula(graph))
}

const float32 = 1
const int64 = 7
/** Written against operator set 17 of the ONNX specification. */
const operatorSet = 17n

/** The operators that our kernels need; each returns the value it computes. All tensors are float32. */
export class GraphBuilder {
  readonly #inputs: { name: string; shape: readonly Dimension[] }[] = []
  readonly #nodes: Plain<NodeProto>[] = []
  readonly #constants: Plain<TensorProto>[] = []
  #count = 0

  input(name: string, shape: readonly Dimension[]): Value {
    this.#inputs.push({ name, shape })
    return { name }
  }

  constant(values: Float32Array, shape: readonly number[]): Value {
    return this.#tensor(float32, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shape)
  }

  matmul(a: Value, b: Value): Value {
    return this.#node('MatMul', [a, b])
  }
  /** `transpose(a) · b` without building the transpose. */
  matmulTransposed(a: Value, b: Value): Value {
    return this.#node('Gemm', [a, b], [integer('transA', 1)])
  }
  /** `a · transpose(b)` without building the transpose. */
  matmulByTransposed(a: Value, b: Value): Value {
    return this.#node('Gemm', [a, b], [integer('transB', 1)])
  }
  transpose(a: Value): Value {
    return this.#node('Transpose', [a])
  }
  add(a: Value, b: Value): Value {
    return this.#node('Add', [a, b])
  }
  subtract(a: Value, b: Value): Value {
    return this.#node('Sub', [a, b])
  }
  multiply(a: Value, b: Value): Value {
    return this.#node('Mul', [a, b])
  }
  divide(a: Value, b: Value): Value {
    return this.#node('Div', [a, b])
  }
  log(a: Value): Value {
    return this.#node('Log', [a])
  }
  exp(a: Value): Value {
    return this.#node('Exp', [a])
  }
  sqrt(a: Value): Value {
    return this.#node('Sqrt', [a])
  }
  /** The larger of two values, entry by entry. */
  larger(a: Value, b: Value): Value {
    return this.#node('Max', [a, b])
  }
  /** 1 where `a < b`, else 0. */
  isLess(a: Value, b: Value): Value {
    return this.#toFloat(this.#node('Less', [a, b]))
  }
  /** 1 where `a = b`, else 0. */
  isEqual(a: Value, b: Value): Value {
    return this.#toFloat(this.#node('Equal', [a, b]))
  }
  relu(a: Value): Value {
    return this.#node('Relu', [a])
  }
  /** Over the last axis. */
  softmax(a: Value): Value {
    return this.#node('Softmax', [a], [integer('axis', -1)])
  }
  /** `ln Σ exp` over one axis, which stays as a dimension of 1. */
  logSumExp(a: Value, axis: number): Value {
    return this.#node('ReduceLogSumExp', [a], [integers('axes', [axis]), integer('keepdims', 1)])
  }
  /** Over one axis, which stays as a dimension of 1. */
  mean(a: Value, axis: number): Value {
    return this.#node('ReduceMean', [a], [integers('axes', [axis]), integer('keepdims', 1)])
  }
  /** The smallest over one axis, which stays as a dimension of 1. */
  min(a: Value, axis: number): Value {
    return this.#node('ReduceMin', [a], [integers('axes', [axis]), integer('keepdims', 1)])
  }
  /** The largest over one axis, which stays as a dimension of 1. */
  max(a: Value, axis: number): Value {
    return this.#node('ReduceMax', [a], [integers('axes', [axis]), integer('keepdims', 1)])
  }
  /** Where over one axis the smallest is, the first of equals; as a float, exact below 2^24. The axis stays as a dimension of 1. */
  argmin(a: Value, axis: number): Value {
    return this.#toFloat(this.#node('ArgMin', [a], [integer('axis', axis), integer('keepdims', 1)]))
  }
  /**
   * The `k` largest (or smallest) of each row, best first, the first of equals first.
   *
   * @param k - Shape `[1, 1]`, so that one kernel serves every `k`; at most the number of columns.
   * @returns Values and column numbers (floats, exact below 2^24), shape `[n, k]` each.
   */
  topK(a: Value, k: Value, order: 'largest' | 'smallest'): { readonly values: Value; readonly indices: Value } {
    const count = this.#node('Reshape', [this.#cast(k, int64), this.#int64s([1])])
    const values = `TopK${this.#count++}`
    const indices = `TopK${this.#count++}`
    const attribute = [integer('axis', -1), integer('largest', order === 'largest' ? 1 : 0), integer('sorted', 1)]
    this.#nodes.push({
      input: [a.name, count.name],
      output: [values, indices],
      opType: 'TopK',
      attribute: attribute as AttributeProto[],
    })
    return { values: { name: values }, indices: this.#toFloat({ name: indices }) }
  }
  /** Over one axis, which stays as a dimension of 1; over everything without `axis`. */
  sum(a: Value, axis?: number): Value {
    if (axis === undefined) return this.#node('ReduceSum', [a], [integer('keepdims', 0)])
    return this.#node('ReduceSum', [a, this.#int64s([axis])], [integer('keepdims', 1)])
  }
  /** Pictures `[n, c, h, w]` with kernels `[out, c, kh, kw]`, same size out. */
  convolve(a: Value, kernels: Value, padding: number): Value {
    return this.#node('Conv', [a, kernels], [integers('pads', [padding, padding, padding, padding])])
  }
  /** `[n, ...]` to `[n, everything else]`. */
  flatten(a: Value): Value {
    return this.#node('Flatten', [a], [integer('axis', 1)])
  }

  /** The model's bytes, with the given values as named outputs. */
  finish(outputs: Record<string, Value>): Uint8Array {
    for (const [name, value] of Object.entries(outputs)) {
      this.#nodes.push({ input: [value.name], output: [name], opType: 'Identity', attribute: [] })
    }
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'labelwright',
      opsetImport: [{ domain: '', version: operatorSet }],
      graph: {
        name: 'kernel',
        node: this.#nodes,
        initializer: this.#constants,
        input: this.#inputs.map(({ name, shape }) => ({
          name,
          type: { tensorType: { elemType: float32, shape: shapeOf(shape) } },
        })),
        output: Object.keys(outputs).map((name) => ({ name, type: { tensorType: { elemType: float32 } } })),
      },
    })
    return toBinary(ModelProtoSchema, model)
  }

  #node(opType: string, inputs: readonly Value[], attribute: Plain<AttributeProto>[] = []): Value {
    const name = `${opType}${this.#count++}`
    this.#nodes.push({
      input: inputs.map((value) => value.name),
      output: [name],
      opType,
      attribute: attribute as AttributeProto[],
    })
    return { name }
  }

  #toFloat(a: Value): Value {
    return this.#cast(a, float32)
  }

  #cast(a: Value, type: number): Value {
    return this.#node('Cast', [a], [integer('to', type)])
  }

  #int64s(values: readonly number[]): Value {
    return this.#tensor(int64, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer), [values.length])
  }

  #tensor(dataType: number, rawData: Uint8Array, shape: readonly number[]): Value {
    const name = `constant${this.#count++}`
    this.#constants.push({ dims: shape.map(BigInt), dataType, name, rawData: rawData.slice() })
    return { name }
  }
}

function shapeOf(shape: readonly Dimension[]) {
  return { dim: shape.map((size) => (typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size })) }
}

function integer(name: string, value: number): Plain<AttributeProto> {
  return { name, i: BigInt(value), f: 0, floats: [], ints: [], type: 2 }
}

function integers(name: string, values: readonly number[]): Plain<AttributeProto> {
  return { name, ints: values.map(BigInt), i: 0n, f: 0, floats: [], type: 7 }
}
