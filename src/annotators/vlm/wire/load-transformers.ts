import { LabelwrightError } from '../../../core/error.ts'

export type Transformers = typeof import('@huggingface/transformers')

/**
 * The package that runs generative models in this process, loaded late: it is an optional peer, and large.
 *
 * @throws {@link LabelwrightError} `peer-missing`.
 */
export async function loadTransformers(): Promise<Transformers> {
  try {
    return await import('@huggingface/transformers')
  } catch (cause) {
    throw new LabelwrightError(
      'peer-missing',
      'The package @huggingface/transformers, which runs models in this process, cannot be loaded.',
      'Put "allowScripts": { "onnxruntime-node": false, "protobufjs": false } into your package.json, or onnxruntime-node-install=skip ' +
        'into .npmrc (else the install fetches CUDA files), and run: npm install @huggingface/transformers',
      { cause },
    )
  }
}
