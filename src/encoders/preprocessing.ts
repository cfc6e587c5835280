import { readFile } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'
import { z } from 'zod'
import { LabelwrightError } from '../core/error.ts'
import type { Framing } from '../files/framed-picture.ts'
import type { Channels, PixelScale } from '../tensor/pack-pixels.ts'

/** What an ONNX image encoder wants to be fed, as the JSON file beside it says. */
export interface Preprocessing extends Framing, PixelScale {
  /** Name of the model's input. Default: its first. */
  readonly input?: string | undefined
  /** Name of the output that holds the vectors. */
  readonly output?: string | undefined
  /** Pictures per inference, 1 to 256. Default 8: more gains nothing on a processor. */
  readonly batch: number
}

interface Description extends Preprocessing {
  readonly model?: string | undefined
}

const side = z.int().min(1).max(4096)
const size = z.union([side.transform((edge): [number, number] => [edge, edge]), z.tuple([side, side])], {
  error: 'must be a number of pixels, or [height, width]',
})
const perChannel = z.union(
  [z.number().transform((value): Channels => [value, value, value]), z.tuple([z.number(), z.number(), z.number()])],
  { error: 'must be a number, or three for red, green, blue' },
)

const schema: z.ZodType<Description> = z.strictObject({
  model: z.string().min(1).optional(),
  input: z.string().optional(),
  output: z.string().optional(),
  size,
  resize: z.enum(['fill', 'cover']),
  crop: size.optional(),
  scale: z.union([z.literal('1/255').transform(() => 1 / 255), z.number().positive()], {
    error: 'must be a number above 0, or "1/255"',
  }),
  mean: perChannel,
  std: perChannel.refine((values) => values.every((value) => value > 0), 'must be above 0'),
  layout: z.enum(['nchw', 'nhwc']),
  batch: z.int().min(1).max(256).default(8),
})

const example = `{
  "size": 224, "resize": "cover", "crop": 224,
  "scale": "1/255", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
  "layout": "nchw", "input": "pixel_values", "output": "image_embeds", "batch": 8
}`

/**
 * Reads an encoder's preprocessing and finds its model file.
 *
 * @param path - The model, with its description in `<name>.json` or `encoder.json` beside it; or the description, whose `model`
 *   (relative to it) names the model file.
 * @throws {@link LabelwrightError} `missing-preprocessing` or `bad-preprocessing`, naming file and field.
 */
export async function readPreprocessing(path: string): Promise<{ modelPath: string; preprocessing: Preprocessing }> {
  const { dir, name, ext } = parse(path)
  const isDescription = ext === '.json'
  const candidates = isDescription ? [path] : [join(dir, `${name}.json`), join(dir, 'encoder.json')]
  const file = await findDescription(candidates, path)
  const { model, ...preprocessing } = parseDescription(file)
  if (!isDescription) return { modelPath: path, preprocessing }
  if (model === undefined) throw badPreprocessing(file.path, 'model: is missing', 'Name the ONNX file in "model".')
  return { modelPath: resolve(dirname(path), model), preprocessing }
}

interface TextFile {
  readonly path: string
  readonly text: string
}

async function findDescription(candidates: readonly string[], path: string): Promise<TextFile> {
  for (const candidate of candidates) {
    try {
      return { path: candidate, text: await readFile(candidate, 'utf8') }
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    }
  }
  throw new LabelwrightError(
    'missing-preprocessing',
    `Nothing says how pictures are prepared for ${path}: there is no ${candidates.join(' and no ')}.`,
    `Write ${candidates[0]} with the values the model was trained with, e.g.\n${example}`,
  )
}

function parseDescription({ path, text }: TextFile): Description {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw badPreprocessing(path, 'it is no JSON', 'Mend its syntax.', cause)
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) {
    const { size: resized, crop } = parsed.data
    if (!crop || (crop[0] <= resized[0] && crop[1] <= resized[1])) return parsed.data
    throw badPreprocessing(path, `crop: ${crop.join(' x ')} is larger than size ${resized.join(' x ')}`, 'Crop less.')
  }
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'top level'}: ${issue.message}`)
  throw badPreprocessing(path, problems.join('; '), `A complete example:\n${example}`)
}

function badPreprocessing(path: string, problem: string, fix: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError('bad-preprocessing', `${path} does not describe an encoder: ${problem}.`, fix, { cause })
}
