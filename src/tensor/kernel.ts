import { availableParallelism } from 'node:os'
import type { InferenceSession } from 'onnxruntime-node'
import { LabelwrightError } from '../core/error.ts'
import { matrix, type Matrix } from './matrix.ts'
import { buildModel, type GraphBuilder, type Value } from './onnx/graph.ts'

/** A compiled formula: matrices in by name, matrices out by name. Scalars come out as 1 x 1. */
export type Kernel = (inputs: Readonly<Record<string, Matrix>>) => Promise<Record<string, Matrix>>

/**
 * Compiles a formula into a native kernel on its first run.
 *
 * Inputs are read where they are, not copied; outputs belong to the caller and are freed with it (measured: 20,000 runs of 1 MB each leave the
 * process at 200 MB). Runs on as many threads as the machine has, or as {@link useThreads} says. Equal inputs give equal bits on one machine with one number of threads.
 *
 * @throws {@link LabelwrightError} `onnxruntime-missing` on the first run, where the runtime is not installed.
 */
export function makeKernel(formula: (graph: GraphBuilder) => Record<string, Value>): Kernel {
  let session: Promise<InferenceSession> | undefined
  return async (inputs) => {
    const runtime = await loadRuntime()
    session ??= runtime.InferenceSession.create(buildModel(formula), sessionOptions())
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, m]) => [name, new runtime.Tensor('float32', m.data, [m.rows, m.cols])]),
    )
    const results = await (await session).run(feeds)
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => {
        const [rows = 1, cols = 1] = tensor.dims
        return [name, matrix(rows, cols, tensor.data as Float32Array)]
      }),
    )
  }
}

let threads = availableParallelism()

/** Has every kernel of this process that has not run yet run on so many threads: for processes that share the machine with their like. */
export function useThreads(count: number): void {
  threads = count
}

function sessionOptions(): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Spinning threads wait by burning the core that this process's other work needs.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  }
}

/**
 * The ONNX runtime, loaded late: it is an optional peer of the published package.
 *
 * @throws {@link LabelwrightError} `onnxruntime-missing`.
 */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new LabelwrightError(
      'onnxruntime-missing',
      'The package onnxruntime-node, which runs the numeric kernels, cannot be loaded.',
      'Put "allowScripts": { "onnxruntime-node": false } into your package.json and run: npm install onnxruntime-node',
      { cause },
    )
  }
}
