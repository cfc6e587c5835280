import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { loadRuntime } from '../tensor/kernel.ts'
import { openSession } from '../tensor/open-session.ts'
import { hashFile, hashText } from '../files/content-hash.ts'
import { encodePictures } from './encode-pictures.ts'
import type { Encoder } from './encoder.ts'
import { framedSize } from '../files/framed-picture.ts'
import { packPixels } from '../tensor/pack-pixels.ts'
import { readPreprocessing, type Preprocessing } from './preprocessing.ts'

export interface OnnxImageOptions {
  /** Threads of one inference. Default: as many as the machine has. */
  readonly threads?: number
}

/**
 * Opens an image encoder in ONNX form, e.g. one exported from PyTorch. How pictures are prepared stands in a JSON file beside it.
 *
 * @param path - The `.onnx` file, or the `.json` that describes it and names it in `model`. See {@link readPreprocessing}.
 * @throws {@link LabelwrightError} `missing-preprocessing`, `bad-preprocessing`, `onnxruntime-missing`, `bad-encoder` when the model
 *   cannot be loaded or does not fit its description.
 * @example
 * ```ts
 * const encoder = await openOnnxImageEncoder('./encoder.onnx')
 * const { features } = await encoder.encode(items)
 * ```
 */
export async function openOnnxImageEncoder(path: string, options: OnnxImageOptions = {}): Promise<Encoder> {
  const { modelPath, preprocessing } = await readPreprocessing(path)
  const ort = await loadRuntime()
  const modelHash = await hashFile(modelPath).catch((cause: unknown) => {
    throw badEncoder(modelPath, `cannot be read: ${messageOf(cause)}`, 'Check the path.', cause)
  })
  const session = await openSession(modelPath, options.threads).catch((cause: unknown) => {
    throw badEncoder(modelPath, `cannot be loaded: ${messageOf(cause)}`, 'Export the model again.', cause)
  })
  const { input, fixedBatch } = findInput(session, preprocessing, modelPath)
  const [height, width] = framedSize(preprocessing)
  const shape = preprocessing.layout === 'nchw' ? [3, height, width] : [height, width, 3]

  const run = async (pictures: readonly Uint8Array[], outputs: readonly string[]) => {
    const pixels = packPixels(pictures, preprocessing, fixedBatch ?? pictures.length)
    const feeds = { [input]: new ort.Tensor('float32', pixels, [fixedBatch ?? pictures.length, ...shape]) }
    return session.run(feeds, outputs)
  }
  // A black picture tells the output's width, and whether model and description fit, before any work is put in.
  const probe = await run([new Uint8Array(height * width * 3)], session.outputNames).catch((cause: unknown) => {
    throw badEncoder(modelPath, `refuses a picture: ${messageOf(cause)}`, 'Mend "size", "crop" or "layout".', cause)
  })
  const output = chooseOutput(probe, session.outputNames, preprocessing.output, modelPath)
  const dims = probe[output]!.dims[1]!

  const coder = {
    framing: preprocessing,
    dims,
    batchSize: fixedBatch ?? preprocessing.batch,
    async encodeBatch(pictures: readonly Uint8Array[], features: Float32Array): Promise<void> {
      const encoded = (await run(pictures, [output]))[output]!
      features.set((encoded.data as Float32Array).subarray(0, features.length))
    },
  }
  return {
    id: `onnx-image-1:${modelHash}:${hashText(identityOf(preprocessing, output))}`,
    encode: (items, onProgress) => encodePictures(items, coder, onProgress),
  }
}

function findInput(session: InferenceSession, { input: wanted }: Preprocessing, path: string) {
  const input = wanted ?? session.inputNames[0]!
  const found = session.inputMetadata.find(({ name }) => name === input)
  if (!found?.isTensor || found.type !== 'float32') {
    const inputs = session.inputMetadata
      .map((one) => `${one.name} (${one.isTensor ? one.type : 'no tensor'})`)
      .join(', ')
    throw badEncoder(path, `has no float32 input "${input}"; its inputs are: ${inputs}`, 'Name one of them in "input".')
  }
  const batch = found.shape[0]
  return { input, fixedBatch: typeof batch === 'number' && batch > 0 ? batch : undefined }
}

const usualOutputs = ['embedding', 'image_embeds', 'pooler_output']

function chooseOutput(
  outputs: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  wanted: string | undefined,
  path: string,
): string {
  const isVector = (name: string): boolean => outputs[name]!.type === 'float32' && outputs[name]!.dims.length === 2
  const vectors = names.filter(isVector)
  const chosen = wanted ?? usualOutputs.find((name) => vectors.includes(name)) ?? vectors[0]
  if (chosen !== undefined && vectors.includes(chosen)) return chosen
  const described = names
    .map((name) => `${name} (${outputs[name]!.type} ${outputs[name]!.dims.join(' x ')})`)
    .join(', ')
  throw badEncoder(
    path,
    `gives no vector per picture${wanted ? ` as "${wanted}"` : ''}; its outputs are: ${described}`,
    'Name a float32 output of shape [n, d] in "output", or export the model with a pooled one.',
  )
}

function badEncoder(path: string, problem: string, fix: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError('bad-encoder', `${path} ${problem}.`, fix, { cause })
}

function identityOf({ size, resize, crop, scale, mean, std, layout, input }: Preprocessing, output: string): string {
  return JSON.stringify([size, resize, crop ?? null, scale, mean, std, layout, input ?? null, output])
}
