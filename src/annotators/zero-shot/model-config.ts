import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf } from '../../core/error.ts'
import type { Framing } from '../../files/framed-picture.ts'
import type { PixelScale } from '../../tensor/pack-pixels.ts'
import { badModel, type ModelFiles } from '../local-model/model-files.ts'
import { families, type Family } from './family.ts'

/** Reads one of a model's JSON files. @throws {@link LabelwrightError} `bad-model`, and what finding the file throws. */
export async function readModelJson<T>(files: ModelFiles, file: string, schema: z.ZodType<T>): Promise<T> {
  const path = await files.path(file)
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    const problem = thrown instanceof z.ZodError ? z.prettifyError(thrown).replace(/\s*\n\s*/g, ' ') : messageOf(thrown)
    throw badModel(files.name, `${file}: ${problem}`, `Delete ${path} and try again, or choose another model.`, thrown)
  }
}

/** CLIP's training stops at ln 100; much more would leave the numbers. */
const mostLogScale = 10

const configSchema = z.object({
  model_type: z.string(),
  logit_scale_init_value: z.number().max(mostLogScale).optional(),
  text_config: z.object({ max_position_embeddings: z.int().min(2).optional() }).optional(),
})

/** The class's default, ln(1 / 0.07): what training began with, and so nothing that the model learnt. */
const untrainedScale = 2.6592

/** Reads what kind of dual encoder a model is. @throws {@link LabelwrightError} `bad-model`. */
export async function readFamily(files: ModelFiles): Promise<Family> {
  const config = await readModelJson(files, 'config.json', configSchema)
  const family = families.get(config.model_type)
  if (!family) {
    throw badModel(
      files.name,
      `its model_type is "${config.model_type}"`,
      `Choose one of type ${[...families.keys()].join(', ')}.`,
    )
  }
  const logScale = config.logit_scale_init_value
  const trained = logScale !== undefined && Math.abs(logScale - untrainedScale) > 1e-3
  const positions = config.text_config?.max_position_embeddings ?? family.maxTokens
  return {
    ...family,
    scale: trained && family.loss === 'softmax' ? Math.exp(logScale) : family.scale,
    maxTokens: family.padded ? Math.min(positions, family.maxTokens) : positions,
  }
}

const side = z.int().min(1).max(4096)
const size = z.union([
  z.object({ height: side, width: side }).transform(({ height, width }) => ({ size: [height, width] as const })),
  z.object({ shortest_edge: side }).transform((edge) => edge.shortest_edge),
  side,
])
const channels = z.tuple([z.number(), z.number(), z.number()])

const preprocessorSchema = z.object({
  size,
  crop_size: size.optional(),
  do_center_crop: z.boolean().optional(),
  do_normalize: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: channels,
  image_std: channels.refine((values) => values.every((value) => value > 0), 'must be above 0'),
})

/** How a dual encoder wants its pictures. */
export type PictureInput = Framing & PixelScale

/**
 * Reads how pictures are prepared. They are always resized with an antialiased cubic kernel, whatever `resample` says: the model saw
 * antialiased pictures in training, and kernels differ far less than with and without.
 *
 * @throws {@link LabelwrightError} `bad-model`.
 */
export async function readPictureInput(files: ModelFiles): Promise<PictureInput> {
  const given = await readModelJson(files, 'preprocessor_config.json', preprocessorSchema)
  const crop = given.do_center_crop && given.crop_size !== undefined ? edges(given.crop_size) : undefined
  const size = edges(given.size)
  if (crop && (crop[0] > size[0] || crop[1] > size[1])) {
    throw badModel(files.name, `it crops ${crop.join(' x ')} out of ${size.join(' x ')}`, 'Choose another model.')
  }
  return {
    size,
    // The shorter side and then a crop of the centre is what covering a square does.
    resize: typeof given.size === 'number' ? 'cover' : 'fill',
    crop,
    scale: given.rescale_factor,
    mean: given.do_normalize ? given.image_mean : [0, 0, 0],
    std: given.do_normalize ? given.image_std : [1, 1, 1],
    layout: 'nchw',
  }
}

function edges(given: z.infer<typeof size>): readonly [number, number] {
  return typeof given === 'number' ? [given, given] : given.size
}
