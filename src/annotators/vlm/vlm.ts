import { LabelwrightError } from '../../core/error.ts'
import type { Item } from '../../core/item.ts'
import type { Micros } from '../../core/money.ts'
import { expectedCost, tokenCost, type Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import { levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import type { ImmediateAnnotator } from '../annotator.ts'
import { hashOf, openCache } from './cache.ts'
import type { Exchange } from './chat.ts'
import { makeParser, type Reading } from './parse.ts'
import { openPicture, type PictureOptions } from './picture.ts'
import { composePrompt, requestOf } from './prompt.ts'
import { makeSender, type SenderOptions } from './sender.ts'

export interface VlmOptions extends SenderOptions {
  readonly id: string
  /** The level of the taxonomy it is asked about. */
  readonly level: string
  readonly taxonomy: Taxonomy
  readonly price: Price
  /** How it is asked. Default and so far only: `direct`, one choice among all classes of the level. */
  readonly prompt?: 'direct'
  /** Default: longest side 512, quality 85. Picture tokens dominate the price. */
  readonly picture?: Partial<PictureOptions>
  /** Default 0. */
  readonly temperature?: number
  /** Default 256. */
  readonly maxOutputTokens?: number
  /** Default 4. */
  readonly concurrency?: number
  /** Draws the order of the options. */
  readonly seed: number
  /** Where replies are kept. */
  readonly cacheDir: string
  /** Told how each reply was read. */
  readonly onReading?: (reading: Reading, item: Item) => void
}

/**
 * A vision-language model behind any OpenAI-compatible endpoint, asked for the class of a picture, a region or a text.
 *
 * A reply is kept by the content of its request; asking again costs what it cost at first, in money and time, though nothing is sent: a
 * run that resumes after a crash is the same run. A picture that cannot be read is an abstention, free of charge.
 *
 * @throws {@link LabelwrightError} `unknown-level`, `bad-endpoint`; when asked, `endpoint-unreachable`, `endpoint-denied`,
 * `endpoint-failed`, `question-not-supported`.
 */
export function makeVlm(options: VlmOptions): ImmediateAnnotator {
  const { id, model, price, taxonomy, seed } = options
  const level = levelNamed(taxonomy, options.level)
  const parse = makeParser(level)
  const send = makeSender(options)
  const cache = openCache(options.cacheDir)
  const pictureOptions = { longestSide: 512, quality: 85, ...options.picture }
  const sampling = { temperature: options.temperature ?? 0, maxOutputTokens: options.maxOutputTokens ?? 256 }

  const exchange = async (item: Item, signal: AbortSignal): Promise<Exchange> => {
    const prompt = composePrompt(item, level, seed)
    const picture = item.source.kind === 'text' ? undefined : await openPicture(item.source, pictureOptions)
    const key = hashOf({ wire: 'openai-chat', model, prompt, picture: picture?.identity, sampling })
    const kept = await cache.read(key)
    if (kept) return kept
    const said = await send({ ...requestOf(prompt, await picture?.encode()), ...sampling }, signal)
    await cache.write(key, said)
    return said
  }

  return {
    kind: 'immediate',
    id,
    price,
    questions: [{ kind: 'classify', level: level.name }],
    trusted: false,
    concurrency: options.concurrency ?? 4,
    knows: () => true,
    ask: async (item, question, signal) => {
      if (question.kind !== 'classify' || question.level !== level.name) throw notSupported(id, question)
      try {
        const said = await exchange(item, signal)
        const reading = parse(said)
        options.onReading?.(reading, item)
        return { answer: reading.answer, cost: costOf(said, price, question), seconds: said.seconds }
      } catch (thrown) {
        if (!(thrown instanceof LabelwrightError) || thrown.code !== 'unreadable-picture') throw thrown
        return { answer: { kind: 'abstain', reason: 'unreadable picture' }, cost: 0, seconds: null }
      }
    },
  }
}

/** By the tokens that the server counted; where it did not, what was expected. */
function costOf({ usage }: Exchange, price: Price, question: Question): Micros {
  return price.kind === 'tokens' && usage ? tokenCost(price, usage) : expectedCost(price, question)
}

function notSupported(id: string, question: Question): LabelwrightError {
  return new LabelwrightError(
    'question-not-supported',
    `The annotator "${id}" cannot be asked "${questionKey(question)}".`,
    'Ask it to classify at its own level.',
  )
}
