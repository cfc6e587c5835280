import sharp from 'sharp'
import type { Reply } from '../../core/answer.ts'
import type { Clock } from '../../core/clock.ts'
import { LabelwrightError } from '../../core/error.ts'
import { expectedCost, type Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import { levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import { errorCode, fileError } from '../../files/file-error.ts'
import { readPixels } from '../../files/framed-picture.ts'
import type { ImmediateAnnotator } from '../annotator.ts'
import { openModelFiles, type HubOptions } from '../local-model/model-files.ts'
import { hashOf } from '../../files/content-hash.ts'
import { classProbabilities, distributionOf } from './class-probabilities.ts'
import { openPictureTower, readClasses, type TowerOptions } from './dual-encoder.ts'
import type { Family } from './family.ts'
import { readFamily, readPictureInput } from './model-config.ts'

export interface ZeroShotOptions extends HubOptions, TowerOptions {
  readonly id: string
  /** A folder, or `hf:owner/name`: a CLIP-like dual encoder in ONNX form, in the Hugging Face layout. */
  readonly model: string
  readonly taxonomy: Taxonomy
  /** The level of the taxonomy whose classes it chooses among. */
  readonly level: string
  /** What is written around a class name, with `{}` in its place; the more, the steadier. Default: four plain sentences. */
  readonly templates?: readonly string[]
  /** Factor and offset of a cosine. Default: the trained factor where config.json says it, else the usual ones of such models. */
  readonly scale?: number
  readonly bias?: number
  readonly price: Price
  /** What the dataset holds; regions are images. Default `image`. */
  readonly itemKind?: 'image' | 'text'
  readonly clock: Clock
}

/**
 * Opens a model that compares pictures with class names, in this process: no server, no training, a probability for every class.
 *
 * A picture that cannot be decoded is an abstention, free of charge.
 *
 * @throws {@link LabelwrightError} `wrong-item-kind` for texts, `unknown-level`, `bad-template`, `bad-model-name`, `model-unreachable`,
 *   `missing-model-file`, `bad-model`, `onnxruntime-missing`; when asked, `question-not-supported`, `file-not-found`, `unreadable-file`.
 * @example
 * ```ts
 * const model = 'hf:Xenova/clip-vit-base-patch32'
 * const price = { kind: 'answer', amount: 0 } as const
 * const clip = await openZeroShot({ id: 'clip', model, taxonomy, level: 'class', price, cacheDir: './models', clock: Date })
 * ```
 */
export async function openZeroShot(options: ZeroShotOptions): Promise<ImmediateAnnotator> {
  const { id, price, clock } = options
  if (options.itemKind === 'text') throw picturesOnly(id)
  const level = levelNamed(options.taxonomy, options.level)
  const names = level.classes.map(({ name }) => name)
  const files = openModelFiles(options.model, options)
  const family = { ...(await readFamily(files)), ...given(options) }
  const input = await readPictureInput(files)
  const { vectors, hash: textHash } = await readClasses(files, family, names, options)
  const { embed, hash: pictureHash } = await openPictureTower(files, input, vectors.cols, options)
  const prompt = hashOf({ textHash, pictureHash, family, input, names }).slice(0, 16)
  // One thread per picture: pictures are decoded side by side.
  sharp.concurrency(1)

  return {
    kind: 'immediate',
    id,
    price,
    questions: [{ kind: 'classify', level: level.name }],
    prompts: { [prompt]: { model: options.model, family, templates: options.templates ?? null, names } },
    trusted: false,
    // The next batch is decoded while one is encoded.
    concurrency: 2 * (options.batch ?? 8),
    knows: ({ source }) => source.kind !== 'text',
    ask: async ({ source }, question, signal): Promise<Reply> => {
      if (question.kind !== 'classify' || question.level !== level.name) throw notSupported(id, question)
      if (source.kind === 'text') throw picturesOnly(id)
      signal.throwIfAborted()
      const start = clock.now()
      const pixels = await readPixels(source, input).catch((thrown: unknown) => {
        if (errorCode(thrown) !== undefined) throw fileError(source.path, thrown)
        return undefined
      })
      if (!pixels) return { answer: { kind: 'abstain', reason: 'unreadable picture' }, cost: 0, seconds: null }
      const probabilities = classProbabilities(await embed(pixels), vectors, family)
      return {
        answer: distributionOf(probabilities, names),
        cost: expectedCost(price, question),
        seconds: (clock.now() - start) / 1000,
        how: { prompt, rule: 'probabilities', calls: 1, inputTokens: 0, outputTokens: 0 },
      }
    },
  }
}

/** What the user says about the model, over what its files say. */
function given({ templates, scale, bias }: ZeroShotOptions): Partial<Family> {
  return { ...(templates && { templates }), ...(scale !== undefined && { scale }), ...(bias !== undefined && { bias }) }
}

function picturesOnly(id: string): LabelwrightError {
  return new LabelwrightError(
    'wrong-item-kind',
    `The annotator "${id}" compares pictures with class names, but was given texts.`,
    'Use an annotator of kind "vlm" for texts.',
  )
}

function notSupported(id: string, question: Question): LabelwrightError {
  return new LabelwrightError(
    'question-not-supported',
    `The annotator "${id}" cannot be asked "${questionKey(question)}".`,
    'Ask it to classify at its own level.',
  )
}
