import { join } from 'node:path'
import type { ImmediateAnnotator } from '../annotators/annotator.ts'
import { makeBatchTransport, type BatchOptions } from '../annotators/vlm/batch/batch-transport.ts'
import type { ReplyCache } from '../annotators/vlm/cache.ts'
import { costRange, type UsageEstimate } from '../annotators/vlm/money/estimate.ts'
import { textLength } from '../annotators/vlm/money/message-shape.ts'
import { openRecording } from '../annotators/vlm/recording.ts'
import { makeReplayer } from '../annotators/vlm/traffic/replayer.ts'
import { makeSender } from '../annotators/vlm/traffic/sender.ts'
import type { Transport } from '../annotators/vlm/transport.ts'
import { makeVlm } from '../annotators/vlm/vlm.ts'
import type { Chat } from '../annotators/vlm/wire/chat.ts'
import { openInProcessChat } from '../annotators/vlm/wire/in-process.ts'
import type { Clock } from '../core/clock.ts'
import type { Item } from '../core/item.ts'
import { atBatchPrice, type Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import type { Rng } from '../core/rng.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import type { Config, ModelPrice, VlmConfig } from './config.ts'
import { largestPicture, measurableModel, type MeasurableModel } from './estimate-model.ts'
import type { GateOf } from './gates.ts'
import { connectionOf, isRemote } from './model-connection.ts'
import { priceOf } from './prices.ts'
import type { Env } from './read-config.ts'
import type { ProjectPaths } from './paths.ts'

/** What models of a project share. */
export interface ModelSurroundings {
  readonly taxonomy: Taxonomy
  readonly items: readonly Item[]
  readonly paths: ProjectPaths
  /** Replies of all models. */
  readonly replies: ReplyCache
  readonly gateOf: GateOf
  readonly seed: number
  readonly clock: Clock
  readonly rng: Rng
  /** Where keys are. */
  readonly env: Env
  readonly onBatch?: BatchOptions['onProgress']
}

export interface OpenedVlm {
  readonly annotator: ImmediateAnnotator
  readonly measured: MeasurableModel
}

/** A batch may take a day; who asks waits for it. */
const batchPatienceMs = 26 * 3_600_000
/** Questions that wait for batches side by side. */
const batchConcurrency = 5000

/**
 * Makes a model that a project names. Nothing is sent to it yet.
 *
 * @throws {@link LabelwrightError} `bad-config` without a price, `no-api-key`, and what reading a recording or a file of prices throws.
 */
export async function openVlm(said: VlmConfig, config: Config, surroundings: ModelSurroundings): Promise<OpenedVlm> {
  const { taxonomy, seed } = surroundings
  const level = said.level ?? fineLevel(taxonomy).name
  const { price, usage, measured } = await priceVlm(said, config, surroundings)
  const { transport, cache } = await openTransport(said, surroundings)
  const annotator = makeVlm({
    ...said,
    taxonomy,
    level,
    price,
    transport,
    cache,
    seed,
    temperature: said.temperature ?? undefined,
    ...(said.mode === 'batch' && { concurrency: batchConcurrency, patienceMs: batchPatienceMs }),
  })
  return { annotator: { ...annotator, mostCost: (question) => costRange(price, question, usage).high }, measured }
}

/** What a question to a model costs, before any was asked. */
interface PricedVlm {
  readonly price: Price
  readonly usage: UsageEstimate
  readonly measured: MeasurableModel
}

/**
 * Finds a model's price and guesses what a question takes; the model itself need not be there.
 *
 * @throws {@link LabelwrightError} `bad-config` without a price, and what reading a file of prices throws.
 */
export async function priceVlm(
  said: VlmConfig,
  config: Config,
  { taxonomy, seed, items }: Pick<ModelSurroundings, 'taxonomy' | 'seed' | 'items'>,
): Promise<PricedVlm> {
  const found = await priceOf(said, config)
  const measured = measurableModel(said, { taxonomy, seed, source: found.source })
  const level = said.level ?? fineLevel(taxonomy).name
  const usage = guessUsage(
    measured,
    said.prompt === 'verify' ? anyVerify(taxonomy) : { kind: 'classify', level },
    items,
  )
  return { price: priced(found.price, usage, said.mode), usage, measured }
}

function priced(price: ModelPrice, { expected }: UsageEstimate, mode: VlmConfig['mode']): Price {
  if (price.kind === 'answer') return price
  const whole = { ...price, tokensPerQuestion: expected }
  return mode === 'batch' ? atBatchPrice(whole) : whole
}

function anyVerify(taxonomy: Taxonomy): Question {
  return { kind: 'verify', label: fineLevel(taxonomy).classes[0]!.name }
}

/** For the longest text, or a square picture as large as any is sent. */
function guessUsage(measured: MeasurableModel, question: Question, items: readonly Item[]): UsageEstimate {
  const lengths = items.map(({ source }) => (source.kind === 'text' ? textLength(source.text) : 0))
  const longest = items[lengths.indexOf(lengths.reduce((a, b) => Math.max(a, b)))]!
  return measured.usage(question, longest, largestPicture(measured, longest))
}

async function openTransport(
  said: VlmConfig,
  { replies, paths, gateOf, clock, rng, env, onBatch }: ModelSurroundings,
): Promise<{ transport: Transport; cache: ReplyCache }> {
  if (said.replay !== null) {
    const recording = await openRecording(said.replay)
    return { transport: makeReplayer(recording), cache: { ...recording, write: () => undefined } }
  }
  if (!isRemote(said)) {
    const { model, dtype } = said
    // Loading a model takes long, and a finished campaign needs none.
    let chat: Promise<Chat> | undefined
    const transport: Transport = async (request) => {
      chat ??= openInProcessChat({ model, cacheDir: paths.models, clock, ...(dtype && { dtype }) })
      return (await chat)(await request.compose())
    }
    return { transport, cache: replies }
  }
  const connection = connectionOf(said, env)
  const transport =
    said.mode === 'batch'
      ? makeBatchTransport({
          connection,
          replies,
          folder: join(paths.batches, said.id),
          clock,
          ...(onBatch && { onProgress: onBatch }),
        })
      : makeSender({ ...said, connection, gate: gateOf(connection.endpoint), clock, rng })
  return { transport, cache: replies }
}
