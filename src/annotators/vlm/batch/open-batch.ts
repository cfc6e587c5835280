import type { Clock } from '../../../core/clock.ts'
import type { ReplyCache } from '../cache.ts'
import type { Failure } from '../wire/endpoint-failure.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import type { ChatThrough } from './as-sent.ts'
import type { BatchProvider } from './batch-provider.ts'
import { writeRecord, type BatchRecord, type Form } from './batch-record.ts'
import type { Job } from './job.ts'

/** A batch that was handed over, or may have been. */
export interface OpenBatch {
  record: BatchRecord
  /** Messages that have no reply yet. */
  readonly missing: Map<string, Form>
  /** Those among them that somebody waits for. */
  readonly jobs: Map<string, Job>
  /** It is on its way to the provider right now. */
  handover: Promise<void> | null
  /** Why the handover seems to have failed. */
  doubt: Failure | null
  followed: boolean
  nobodyWaits: AbortController
}

/** What all batches of a transport share. */
export interface BatchSetting {
  readonly provider: BatchProvider
  readonly endpoint: Endpoint
  readonly chatThrough: ChatThrough
  /** Where batches are noted down. */
  readonly folder: string
  readonly replies: Pick<ReplyCache, 'read' | 'write'>
  readonly pollMs: number
  readonly settleMs: number
  readonly clock: Clock
  readonly onProgress: (progress: BatchProgress) => void
  /** The open batch of each message. */
  readonly open: Map<string, OpenBatch>
  /** The provider's ids of all batches that were ever seen here. */
  readonly known: Set<string>
  /** Puts a job into another batch, or ends it, by what befell it in this one. */
  readonly again: (job: Job, failure: Failure | null) => void
}

/** Where a batch stands. */
export interface BatchProgress {
  /** The provider's id. */
  readonly id: string
  /** Messages with an outcome, good or bad. */
  readonly done: number
  readonly total: number
}

export function openBatch(record: BatchRecord, { open, known }: BatchSetting): OpenBatch {
  const missing = new Map(Object.entries(record.requests))
  const batch: OpenBatch = {
    record,
    missing,
    jobs: new Map(),
    handover: null,
    doubt: null,
    followed: false,
    nobodyWaits: new AbortController(),
  }
  for (const key of missing.keys()) open.set(key, batch)
  if (record.id !== null) known.add(record.id)
  return batch
}

/** Notes the provider's id down. @throws {@link LabelwrightError} `cannot-write`. */
export async function noteId(batch: OpenBatch, id: string, { known, folder }: BatchSetting): Promise<void> {
  known.add(id)
  batch.record = { ...batch.record, id }
  await writeRecord(folder, batch.record)
}

/** A server that asks for a longer pause is asked again before it is over. */
const longestPauseMs = 3_600_000

/** How long a provider that failed is left alone. */
export function pauseMs({ retryAfterMs }: Failure, { pollMs }: BatchSetting): number {
  return Math.max(pollMs, Math.min(retryAfterMs ?? 0, longestPauseMs))
}
