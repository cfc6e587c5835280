import { LabelwrightError, messageOf } from '../../core/error.ts'
import { hashFile } from '../../files/content-hash.ts'
import { framedSize } from '../../files/framed-picture.ts'
import { loadRuntime } from '../../tensor/kernel.ts'
import { row, type Matrix } from '../../tensor/matrix.ts'
import { packPixels } from '../../tensor/pack-pixels.ts'
import { onnxFile, type Dtype } from '../local-model/dtype.ts'
import { badModel, type ModelFiles } from '../local-model/model-files.ts'
import { embedClasses } from './class-embeddings.ts'
import type { Family } from './family.ts'
import { gather } from './gather.ts'
import type { PictureInput } from './model-config.ts'
import { readTokenizer } from './sentences.ts'
import { openTower, type Tower } from './tower.ts'

export interface TowerOptions {
  /** Default `fp32`. `q8` is up to twice as fast on a processor, and a little less exact. */
  readonly dtype?: Dtype
  /** Threads of one run. Default: as many as the machine has. */
  readonly threads?: number
  /** Most pictures per run of the model. Default 8: more gain nothing on a processor. */
  readonly batch?: number
}

/**
 * Reads class names with a model's text half, which is let go afterwards.
 *
 * @returns Unit vectors, shape `[k, d]`, and the hash of the file that made them.
 */
export async function readClasses(
  files: ModelFiles,
  family: Family,
  names: readonly string[],
  options: TowerOptions,
): Promise<{ vectors: Matrix; hash: string }> {
  const file = onnxFile('text_model', options.dtype ?? 'fp32')
  const tokenize = await readTokenizer(files, family)
  const tower = await openTower(files, {
    file,
    threads: options.threads,
    known: { input_ids: 'int64', attention_mask: 'int64', token_type_ids: 'int64' },
    outputs: ['text_embeds', 'pooler_output'],
  })
  try {
    return {
      vectors: await embedClasses(names, family.templates, tower, tokenize).catch((cause: unknown) => {
        if (cause instanceof LabelwrightError) throw cause
        const problem = `${file} and tokenizer.json do not fit together: ${messageOf(cause)}`
        throw badModel(files.name, problem, 'Fetch both again, or choose another model.', cause)
      }),
      hash: await hashFile(await files.path(file)),
    }
  } finally {
    await tower.release()
  }
}

/** A framed picture's RGB bytes to its unit vector, shape `[d]`. */
type EmbedPicture = (pixels: Uint8Array) => Promise<Float32Array>

/** Opens a model's picture half, and tries it on a black picture before any work is put in. */
export async function openPictureTower(
  files: ModelFiles,
  input: PictureInput,
  dims: number,
  options: TowerOptions,
): Promise<{ embed: EmbedPicture; hash: string }> {
  const file = onnxFile('vision_model', options.dtype ?? 'fp32')
  const tower = await openTower(files, {
    file,
    threads: options.threads,
    known: { pixel_values: 'float32' },
    outputs: ['image_embeds', 'pooler_output'],
  })
  const embed = await makePictureEmbedder(tower, input, options.batch ?? 8)
  const [height, width] = framedSize(input)
  const probe = await embed(new Uint8Array(height * width * 3)).catch((cause: unknown) => {
    throw badModel(files.name, `${file} refuses a picture: ${messageOf(cause)}`, 'Choose another model.', cause)
  })
  if (probe.length !== dims) {
    throw badModel(
      files.name,
      `its pictures become ${probe.length} numbers and its texts ${dims}`,
      'Export both halves with their projection.',
    )
  }
  return { embed, hash: await hashFile(await files.path(file)) }
}

/** Pictures that come in while others are encoded go together, up to `batch` at a time. */
async function makePictureEmbedder(tower: Tower, input: PictureInput, batch: number): Promise<EmbedPicture> {
  const { Tensor } = await loadRuntime()
  const [fixedBatch] = tower.fixed('pixel_values')
  const shape = [3, ...framedSize(input)]
  return gather(async (pictures: readonly Uint8Array[]) => {
    const count = fixedBatch ?? pictures.length
    const pixels = packPixels(pictures, input, count)
    const vectors = await tower.embed({ pixel_values: new Tensor('float32', pixels, [count, ...shape]) })
    return pictures.map((_, i) => row(vectors, i))
  }, fixedBatch ?? batch)
}
