import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import { LabelwrightError } from '../../../core/error.ts'
import { cannotWrite } from '../../../files/atomic-file.ts'
import type { Exchange } from '../exchange.ts'
import type { Transport } from '../transport.ts'
import { makeSingleFlight } from '../traffic/single-flight.ts'
import { openChat } from '../wire/chat.ts'
import { endpointError, type Failure } from '../wire/endpoint-failure.ts'
import type { Connection } from '../wire/provider.ts'
import { uploadSuffix, type BatchLimits } from './batch-file.ts'
import { readRecords, removeRecord } from './batch-record.ts'
import { makeCollector } from './collector.ts'
import { joinBatch } from './follow-batch.ts'
import { handOver } from './hand-over.ts'
import { makeJob, type Job } from './job.ts'
import { publishedLimits, batchProvider } from './providers.ts'
import { openBatch, pauseMs, type BatchProgress, type BatchSetting } from './open-batch.ts'

export interface BatchOptions {
  readonly connection: Connection
  /** Where replies are kept. */
  readonly replies: BatchSetting['replies']
  /** Where open batches are noted down; no two processes may use it at once. */
  readonly folder: string
  readonly clock: Clock
  readonly fetch?: typeof globalThis.fetch
  /** Default: {@link publishedLimits}. */
  readonly limits?: BatchLimits
  /** A batch is closed when no message has come for so long. Default 200. */
  readonly collectMs?: number
  /** Default 30,000. */
  readonly pollMs?: number
  /** So long after it was handed over, a batch is in the provider's list if it arrived at all. Default 60,000. */
  readonly settleMs?: number
  /** Batches that a message goes into before it is given up. Default 3. */
  readonly maxTries?: number
  readonly onProgress?: (progress: BatchProgress) => void
}

/**
 * Brings messages to a model in batches, at half the price and within a day. No message is handed over twice, whatever ends this process and
 * whenever: batches are noted down before they are handed over, what is under way is waited for by the next process that asks the same, and
 * every reply of a batch is kept under its key, asked for again or not, before the batch is forgotten.
 *
 * Whoever asks must ask for all of it at once, and have patience. A batch is left to itself while nobody waits for it. Once `signal` is
 * aborted a message that is not yet handed over never will be; one that is, goes on at the provider, though its reply is not waited for.
 *
 * A message that failed for a while, or whose batch ran out of time, goes into the next batch. `Exchange.seconds` is 0.
 *
 * @throws {@link LabelwrightError} when asked: `endpoint-unreachable`, `endpoint-denied`, `message-rejected`, `endpoint-failed`,
 * `unreadable-file`, `cannot-write`.
 */
export function makeBatchTransport(options: BatchOptions): Transport {
  const { connection, folder, replies, clock, maxTries = 3 } = options
  const { endpoint, provider } = connection
  const limits = options.limits ?? publishedLimits[provider]

  const again = (job: Job, failure: Failure | null): void => {
    if (!failure) return collect(job)
    job.tries++
    job.lost += Number(failure.lost)
    if (!failure.passing || job.tries >= maxTries) return job.reject(endpointError(failure, endpoint, job.tries))
    const timer = setTimeout(() => collect(job), pauseMs(failure, setting))
    const forget = (): void => clearTimeout(timer)
    job.reply.then(forget, forget)
  }

  const setting: BatchSetting = {
    provider: batchProvider(connection, options.fetch),
    endpoint,
    chatThrough: (fetch) => openChat(connection, { fetch, clock, timeoutMs: 60_000 }),
    folder,
    replies,
    pollMs: options.pollMs ?? 30_000,
    settleMs: options.settleMs ?? 60_000,
    clock,
    onProgress: options.onProgress ?? (() => undefined),
    open: new Map(),
    known: new Set(),
    again,
  }

  let handingOver = Promise.resolve()
  const flush = (jobs: readonly Job[]): void => {
    handingOver = handingOver.then(() =>
      handOver(jobs, limits, setting).catch((thrown: unknown) => {
        for (const job of jobs) if (!setting.open.has(job.request.key)) job.reject(unwritable(folder, thrown))
      }),
    )
  }
  const collect = makeCollector<Job>({ quietMs: options.collectMs ?? 200, most: limits.maxRequests, flush })

  let loading: Promise<void> | undefined
  const place = async (job: Job): Promise<void> => {
    const { key } = job.request
    await (loading ??= load(setting))
    const batch = setting.open.get(key)
    const kept = batch ? undefined : replies.read(key)
    if (kept) return job.resolve(kept)
    if (batch) joinBatch(batch, job, setting)
    else collect(job)
  }

  const once = makeSingleFlight<Exchange>()
  return (request, signal) =>
    once(request.key, signal, (wanted) => {
      const job = makeJob(request, wanted)
      place(job).catch((thrown: unknown) => job.reject(thrown))
      return job.reply
    })
}

/** Reads what an earlier process left: batches that may still bring replies, and files that were never handed over. */
async function load(setting: BatchSetting): Promise<void> {
  const { folder, endpoint, replies } = setting
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw unwritable(folder, thrown)
  })
  const drafts = (await readdir(folder)).filter((name) => name.endsWith(uploadSuffix))
  await Promise.all(drafts.map((name) => rm(join(folder, name), { force: true })))
  for (const record of await readRecords(folder)) {
    // Keys say what was asked, not whom: another server cannot answer for this one.
    if (record.endpoint !== endpoint.url) continue
    if (Object.keys(record.requests).every((key) => replies.read(key))) await removeRecord(folder, record)
    else openBatch(record, setting)
  }
}

function unwritable(folder: string, thrown: unknown): unknown {
  return thrown instanceof LabelwrightError ? thrown : cannotWrite(folder, thrown)
}
