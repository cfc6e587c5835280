import type { PreTrainedModel, Processor } from '@huggingface/transformers'
import { resolve } from 'node:path'
import { messageOf } from '../../../core/error.ts'
import type { Dtype } from '../../local-model/dtype.ts'
import { badModel, hubNameOf, modelUnreachable } from '../../local-model/model-files.ts'
import type { Transformers } from './load-transformers.ts'

export interface InProcessModelOptions {
  /** A folder, or `hf:owner/name`: a model that reads pictures and texts and writes text, in ONNX form. */
  readonly model: string
  /** For all of the model, or by the name of its part, e.g. `{ embed_tokens: 'fp16', decoder_model_merged: 'q4' }`. */
  readonly dtype?: Dtype | Readonly<Record<string, Dtype>>
  /** Default `cpu`. */
  readonly device?: 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu'
  /** Where files from the hub are kept, as `<owner>/<name>/<file>`. */
  readonly cacheDir: string
  /** Nothing is fetched. */
  readonly localOnly?: boolean
}

export interface InProcessModel {
  readonly processor: Processor
  readonly model: PreTrainedModel
}

/** @throws {@link LabelwrightError} `bad-model-name`, `model-unreachable` or `bad-model`. */
export async function loadInProcessModel(
  { env, AutoProcessor, AutoModelForImageTextToText }: Transformers,
  options: InProcessModelOptions,
): Promise<InProcessModel> {
  const { dtype, device = 'cpu', cacheDir, localOnly = false } = options
  const hubName = hubNameOf(options.model)
  const name = hubName ?? resolve(options.model)
  const where = { cache_dir: resolve(cacheDir), local_files_only: localOnly || hubName === undefined }
  // For the whole process, too: the package's search for tokenizer files is not told where.
  env.cacheDir = where.cache_dir
  env.allowRemoteModels = !localOnly
  try {
    const processor = await AutoProcessor.from_pretrained(name, where)
    const model = await AutoModelForImageTextToText.from_pretrained(name, {
      ...where,
      device,
      ...(dtype && { dtype }),
      session_options: { extra: { session: { intra_op: { allow_spinning: '0' } } }, logSeverityLevel: 3 },
    })
    smoothen(processor)
    return { processor, model }
  } catch (thrown) {
    if (hubName !== undefined && isMissing(thrown)) throw modelUnreachable(options.model, cacheDir, thrown)
    throw badModel(
      options.model,
      messageOf(thrown).trim().replace(/\.$/, ''),
      'Choose a model of the task image-text-to-text in ONNX form, with its tokenizer and processor files beside it.',
      thrown,
    )
  }
}

/**
 * Of the package's ways to shrink a picture, only number 1 (Lanczos) is antialiased in Node. The others changed the likeliest label of every
 * third photo in a trial.
 */
function smoothen(processor: Processor): void {
  const images: { resample?: unknown } | undefined = processor.image_processor
  if (images) images.resample = 1
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'ModelFileNotFoundError' || thrown.message === 'fetch failed')
}
