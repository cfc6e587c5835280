import { LabelwrightError } from '../../core/error.ts'
import type { Item } from '../../core/item.ts'
import type { Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import { makeRng } from '../../core/rng.ts'
import { levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import type { ImmediateAnnotator, TrustedExample } from '../annotator.ts'
import { agree } from './asking/agreement.ts'
import { pickExamples } from './asking/examples.ts'
import type { Asked, Way } from './asking/way.ts'
import { ways, type WayName } from './asking/ways.ts'
import { hashOf } from '../../files/content-hash.ts'
import type { ReplyCache } from './cache.ts'
import { allOf, converse, type Conversation } from './conversation.ts'
import type { Exchange } from './exchange.ts'
import { makeMessenger } from './messenger.ts'
import { costOf, countTokens } from './money/bill.ts'
import type { PictureOptions } from './picture.ts'
import type { Reading } from './reading/reading.ts'
import type { Transport } from './transport.ts'

export interface VlmOptions {
  readonly id: string
  readonly model: string
  /** Brings messages to the model: a sender to an endpoint, a batch, a recording, a model in this process. */
  readonly transport: Transport
  /** Where replies are kept; shared by all models. */
  readonly cache: ReplyCache
  readonly taxonomy: Taxonomy
  /** The level of the taxonomy it is asked about. */
  readonly level: string
  readonly price: Price
  /** How it is asked. Default `direct`. */
  readonly prompt?: WayName
  /** The most labels in one message of the `batched` way. Default 20. */
  readonly chunk?: number
  /** Items with a trusted label that it is shown before each question. Default 0. */
  readonly examples?: number
  /** How often each question is put to it, for the agreement among its answers (self-consistency). Default 1. */
  readonly samples?: number
  /** Where its confidence is taken from. Default `none`; with several samples it is their agreement. */
  readonly confidence?: Asked['confidence']
  /** Default: longest side 512, JPEG of quality 85. Picture tokens dominate the price. */
  readonly picture?: Partial<PictureOptions>
  /** Default 0; with several samples 0.7. */
  readonly temperature?: number | undefined
  /** Of one reply. Default 256. */
  readonly maxOutputTokens?: number
  /** Questions under way at once. Default 4. */
  readonly concurrency?: number
  /** How long an answer may take: a batch's day, for example. */
  readonly patienceMs?: number
  /** Draws the order of the options, and the examples. */
  readonly seed: number
  /** Told how each reply was read. */
  readonly onReading?: (reading: Reading, item: Item) => void
}

/**
 * A vision-language model, asked about pictures, regions or texts in one of several ways.
 *
 * A reply is kept by the content of its message; asking again costs what it cost at first, in money and time, though nothing is sent: a
 * run that resumes after a crash is the same run. A picture that cannot be read is an abstention, free of charge; so is one that the
 * server refuses.
 *
 * @throws {@link LabelwrightError} `unknown-level`; when asked, `question-not-supported` and what the transport throws.
 * @see Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, ICLR 2023 (arXiv:2203.11171).
 */
export function makeVlm(options: VlmOptions): ImmediateAnnotator {
  const { id, model, transport, cache, price, taxonomy, seed } = options
  const { chunk = 20, examples = 0, samples = 1, confidence = 'none', maxOutputTokens = 256 } = options
  const level = levelNamed(taxonomy, options.level)
  const way = ways[options.prompt ?? 'direct']
  const temperature = options.temperature ?? (samples > 1 ? 0.7 : 0)
  const picture: PictureOptions = { longestSide: 512, quality: 85, format: 'jpeg', ...options.picture }
  const wording = { seed, chunk, confidence, maxOutputTokens, taxonomy }
  const settingsOf = ({ version }: Way) => ({
    model,
    way: version,
    level: level.name,
    classes: level.classes,
    examples,
    samples,
    temperature,
    seed,
    chunk,
    confidence,
    maxOutputTokens,
    picture,
  })
  const prompts = new Map([way, ways.verify].map((each) => [each, hashOf(settingsOf(each)).slice(0, 16)]))
  const send = makeMessenger({ model, transport, cache, temperature, picture })

  const ask = async (item: Item, question: Question, signal: AbortSignal, known: readonly TrustedExample[] = []) => {
    const itsWay = question.kind === 'verify' ? ways.verify : way
    if (!isAbout(question) || !itsWay.questions.includes(question.kind)) throw notSupported(id, question)
    const prompt = prompts.get(itsWay)!
    const shown = pickExamples(known, examples, item, makeRng(seed, 'examples'))
    const heard: Exchange[] = []
    const conversing = Array.from({ length: samples }, (_, sample) => {
      const asked: Asked = { ...wording, item, question, sample, examples: shown }
      return converse(itsWay, asked, async (message) => {
        const said = await send(message, { way: itsWay.version, item, sample }, signal)
        heard.push(said)
        return said
      })
    })
    try {
      const conversations = await allOf(conversing)
      const reading = readingOf(conversations, question)
      options.onReading?.(reading, item)
      const exchanges = conversations.flatMap((conversation) => conversation.exchanges)
      return {
        answer: reading.answer,
        cost: costOf(exchanges, price, question),
        seconds: exchanges.reduce((sum, { seconds }) => sum + seconds, 0),
        how: { prompt, rule: reading.rule, ...countTokens(exchanges) },
      }
    } catch (thrown) {
      if (!(thrown instanceof LabelwrightError) || !itemFaults.has(thrown.code)) throw thrown
      // What was said before is paid for.
      const how = { prompt, rule: 'unread', ...countTokens(heard) }
      const answer = { kind: 'abstain', reason: wordsOf(thrown) } as const
      return { answer, cost: costOf(heard, price, question), seconds: null, how }
    }
  }
  const isAbout = (question: Question): boolean => question.kind !== 'classify' || question.level === level.name
  const readingOf = (conversations: readonly Conversation[], question: Question): Reading => {
    const readings = conversations.map(({ reading }) => reading)
    const names = question.kind === 'select' ? question.labels : level.classes.map(({ name }) => name)
    return samples > 1 ? agree(readings, names) : readings[0]!
  }

  return {
    kind: 'immediate',
    id,
    price,
    questions: way.questions.includes('classify') ? [{ kind: 'classify', level: level.name }] : [],
    trusted: false,
    concurrency: options.concurrency ?? 4,
    wantsExamples: examples > 0,
    prompts: Object.fromEntries(Array.from(prompts, ([each, prompt]) => [prompt, settingsOf(each)])),
    ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
    knows: () => true,
    ask,
  }
}

/** Errors that are about the item and not about the model: the next question will fare better. */
const itemFaults = new Set(['unreadable-picture', 'message-rejected'])

function wordsOf({ code, problem }: LabelwrightError): string {
  return code === 'unreadable-picture' ? 'unreadable picture' : `rejected: ${problem}`
}

function notSupported(id: string, question: Question): LabelwrightError {
  return new LabelwrightError(
    'question-not-supported',
    `The annotator "${id}" cannot be asked "${questionKey(question)}".`,
    'Ask it to classify at its own level, or in another way ("prompt:").',
  )
}
