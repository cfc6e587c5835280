import { availableParallelism } from 'node:os'
import type { InferenceSession } from 'onnxruntime-node'
import { loadRuntime } from './kernel.ts'

/**
 * Loads a model that was made elsewhere, for the processor.
 *
 * @param path - The `.onnx` file; by path, not by its bytes, because large models keep their weights in files beside them.
 * @param threads - Threads of one run. Default: as many as the machine has.
 * @throws {@link LabelwrightError} `onnxruntime-missing`; the runtime's own error where it cannot load the file.
 */
export async function openSession(path: string, threads: number = availableParallelism()): Promise<InferenceSession> {
  const { InferenceSession } = await loadRuntime()
  return InferenceSession.create(path, {
    intraOpNumThreads: threads,
    // Waiting threads that spin cost up to 1.6 times the processor time beside other work, and gain nothing on a quiet machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  })
}
