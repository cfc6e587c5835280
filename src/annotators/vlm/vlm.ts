import type { Provenance } from '../../core/answer.ts'
import { LabelwrightError } from '../../core/error.ts'
import type { Item } from '../../core/item.ts'
import type { Micros } from '../../core/money.ts'
import { expectedCost, tokenCost, type Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import { makeRng } from '../../core/rng.ts'
import { levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import type { ImmediateAnnotator, TrustedExample } from '../annotator.ts'
import { agree } from './asking/agreement.ts'
import { messagesOf } from './asking/compose.ts'
import { pickExamples } from './asking/examples.ts'
import type { Prompt } from './asking/prompt.ts'
import type { Asked } from './asking/way.ts'
import { ways, type WayName } from './asking/ways.ts'
import { hashOf, type ReplyCache } from './cache.ts'
import { allOf, converse, type Conversation } from './conversation.ts'
import type { Exchange, Usage } from './exchange.ts'
import { openPicture, type Picture, type PictureOptions } from './picture.ts'
import type { Reading } from './reading/reading.ts'
import { makeSingleFlight } from './traffic/single-flight.ts'
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
  /** Tokens that one message takes at most; held back from limits per minute. */
  readonly mostTokens?: Usage
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
  const pictureOptions: PictureOptions = { longestSide: 512, quality: 85, format: 'jpeg', ...options.picture }
  const wording = { seed, chunk, confidence, maxOutputTokens, taxonomy }
  const prompt = hashOf({
    model,
    way: way.version,
    level: level.name,
    classes: taxonomy.levels,
    examples,
    samples,
    temperature,
    seed,
    chunk,
    confidence,
    maxOutputTokens,
    pictureOptions,
  }).slice(0, 16)
  const inFlight = makeSingleFlight<Exchange>()

  const send = async (asked: Asked, message: Prompt, signal: AbortSignal): Promise<Exchange> => {
    const items = [...message.shots.map((shot) => shot.item), asked.item]
    const pictures = new Map<Item, Picture>()
    for (const item of items) {
      if (item.source.kind !== 'text') pictures.set(item, await openPicture(item.source, pictureOptions))
    }
    const { text, schema, logprobs } = message
    const shots = message.shots.map(({ text: shown, reply }) => ({ shown, reply }))
    const key = hashOf({
      model,
      way: way.version,
      text,
      shots,
      schema,
      logprobs,
      temperature,
      tokens: message.maxOutputTokens,
      pictures: items.map((item) => pictures.get(item)?.identity ?? null),
      // At temperature 0 a second sample of an equal message would be the first again.
      sample: temperature > 0 ? asked.sample : 0,
    })
    return inFlight(key, signal, async (wanted) => {
      const kept = cache.read(key)
      if (kept) return kept
      const compose = async () => ({
        prompt: await messagesOf(message, asked.item, (item) => pictures.get(item)),
        ...(schema && { responseFormat: { type: 'json' as const, name: 'answer', schema } }),
        maxOutputTokens: message.maxOutputTokens,
        temperature,
        logprobs,
        // Who honours it bills a message once, though we may be killed before its reply reaches the disk.
        headers: { 'idempotency-key': key },
      })
      const tokens = options.mostTokens ?? { input: 0, output: message.maxOutputTokens }
      const said = await transport({ key, tokens, compose }, wanted)
      cache.write(key, said)
      return said
    })
  }

  const ask = async (item: Item, question: Question, signal: AbortSignal, known: readonly TrustedExample[] = []) => {
    const itsWay = question.kind === 'verify' ? ways.verify : way
    if (!isAbout(question) || !itsWay.questions.includes(question.kind)) throw notSupported(id, question)
    const shown = pickExamples(known, examples, item, makeRng(seed, 'examples'))
    const conversations = await allOf(
      Array.from({ length: samples }, (_, sample) => {
        const asked: Asked = { ...wording, item, question, sample, examples: shown }
        return converse(itsWay, asked, (message) => send(asked, message, signal))
      }),
    )
    const reading = readingOf(conversations, question)
    options.onReading?.(reading, item)
    const exchanges = conversations.flatMap((conversation) => conversation.exchanges)
    return {
      answer: reading.answer,
      cost: exchanges.reduce((sum, said) => sum + costOf(said, price, exchanges.length, question), 0),
      seconds: exchanges.reduce((sum, { seconds }) => sum + seconds, 0),
      how: { prompt, rule: reading.rule, ...countTokens(exchanges) },
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
    ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
    knows: () => true,
    ask: (item, question, signal, known) =>
      ask(item, question, signal, known).catch((thrown: unknown) => {
        const isItems = thrown instanceof LabelwrightError && itemFaults.has(thrown.code)
        if (!isItems) throw thrown
        const how = { prompt, rule: 'unread', calls: 0, inputTokens: 0, outputTokens: 0 }
        return { answer: { kind: 'abstain', reason: wordsOf(thrown) }, cost: 0, seconds: null, how }
      }),
  }
}

/** Errors that are about the item and not about the model: the next question will fare better. */
const itemFaults = new Set(['unreadable-picture', 'message-rejected'])

function wordsOf({ code, problem }: LabelwrightError): string {
  return code === 'unreadable-picture' ? 'unreadable picture' : `rejected: ${problem}`
}

/** By the tokens that the server counted; where it did not, what was expected. A lost try is taken to have been read, not answered. */
function costOf({ usage, lostTries = 0 }: Exchange, price: Price, calls: number, question: Question): Micros {
  if (price.kind !== 'tokens' || !usage) return Math.ceil(expectedCost(price, question) / calls)
  return tokenCost(price, usage) + lostTries * tokenCost(price, { input: usage.input, output: 0 })
}

function countTokens(exchanges: readonly Exchange[]): Omit<Provenance, 'prompt' | 'rule'> {
  const sum = (of: (said: Exchange) => number): number => exchanges.reduce((total, said) => total + of(said), 0)
  const lostTries = sum((said) => said.lostTries ?? 0)
  return {
    calls: exchanges.length,
    inputTokens: sum(({ usage }) => usage?.input ?? 0),
    outputTokens: sum(({ usage }) => usage?.output ?? 0),
    ...(lostTries > 0 && { lostTries }),
  }
}

function notSupported(id: string, question: Question): LabelwrightError {
  return new LabelwrightError(
    'question-not-supported',
    `The annotator "${id}" cannot be asked "${questionKey(question)}".`,
    'Ask it to classify at its own level, or in another way ("prompt:").',
  )
}
