import { setTimeout } from 'node:timers/promises'
import { LabelwrightError } from '../../../core/error.ts'
import type { Exchange } from '../exchange.ts'
import { apiError } from '../wire/api-error.ts'
import { endpointError, judgeFailure, type Failure } from '../wire/endpoint-failure.ts'
import { readReply } from './as-sent.ts'
import { expired, type BatchState } from './batch-provider.ts'
import { recordPath, removeRecord } from './batch-record.ts'
import type { Job } from './job.ts'
import { noteId, pauseMs, type BatchSetting, type OpenBatch } from './open-batch.ts'

/** A provider that fails so often in a row is down; its batch waits for another day. */
const mostFailures = 100

/** Waits for the reply to a message of a batch. A batch is looked after while somebody waits; the provider works on without us. */
export function joinBatch(batch: OpenBatch, job: Job, setting: BatchSetting): void {
  const { jobs } = batch
  const { key } = job.request
  if (job.over) return
  const leave = (): void => {
    if (jobs.get(key) === job) jobs.delete(key)
    if (jobs.size === 0) batch.nobodyWaits.abort()
  }
  jobs.set(key, job)
  job.reply.then(leave, leave)
  if (!batch.followed) void follow(batch, setting)
}

async function follow(batch: OpenBatch, setting: BatchSetting): Promise<void> {
  batch.followed = true
  let heard = false
  try {
    for (let failures = 0; batch.jobs.size > 0;) {
      let waitMs = setting.pollMs
      try {
        if (await advance(batch, setting)) return
        heard = true
        failures = 0
      } catch (thrown) {
        const failure = judgeBatch(thrown, setting)
        failures++
        // A provider that did answer is only out of reach for now.
        const passing = failure.passing || (failure.kind === 'unreachable' && heard)
        if (!passing || failures > mostFailures) throw failedBatch(failure, { batch, setting, failures })
        waitMs = pauseMs(failure, setting)
      }
      await pause(batch, waitMs)
    }
  } catch (thrown) {
    for (const job of batch.jobs.values()) job.reject(thrown)
  } finally {
    batch.followed = false
  }
}

async function pause(batch: OpenBatch, waitMs: number): Promise<void> {
  if (batch.jobs.size === 0) return
  batch.nobodyWaits = new AbortController()
  await setTimeout(waitMs, undefined, { signal: batch.nobodyWaits.signal }).catch(() => undefined)
}

/** Looks where the batch stands and does what can be done. @returns Whether it is over. */
async function advance(batch: OpenBatch, setting: BatchSetting): Promise<boolean> {
  if (batch.handover && (await wasRefused(batch, batch.handover, setting))) return true
  if (batch.record.id === null) return search(batch, setting)
  const state = await setting.provider.poll(batch.record.id)
  const total = Object.keys(batch.record.requests).length
  setting.onProgress({ id: batch.record.id, done: state.done, total })
  if (state.ended) await takeResults(batch, state, setting)
  return state.ended
}

async function wasRefused(batch: OpenBatch, handover: Promise<void>, setting: BatchSetting): Promise<boolean> {
  try {
    await handover
    return false
  } catch (thrown) {
    if (thrown instanceof LabelwrightError) {
      if (batch.record.id === null) await closeBatch(batch, setting)
      throw thrown
    }
    // Whether it was billed will be known when the provider's list is read.
    const failure = { ...judgeBatch(thrown, setting), lost: false }
    batch.doubt = failure
    const { kind, status } = failure
    const refused = kind === 'unreachable' || (status !== null && status >= 300 && status < 500 && status !== expired)
    if (refused) await passOn(batch, setting, () => failure)
    return refused
  } finally {
    batch.handover = null
  }
}

/** Finds out whether a batch without an id was handed over: nobody knows that after a crash, or when the reply was lost. */
async function search(batch: OpenBatch, setting: BatchSetting): Promise<boolean> {
  const found = await setting.provider.find(batch.record, setting.known)
  if (typeof found === 'object') await noteId(batch, found.id, setting)
  // It may have arrived and not be listed yet.
  const settled = setting.clock.now() - batch.record.submittedAt >= setting.settleMs
  if (found !== 'none' || !settled) return false
  await passOn(batch, setting, () => batch.doubt)
  return true
}

async function takeResults(batch: OpenBatch, state: BatchState, setting: BatchSetting): Promise<void> {
  const failures = new Map<string, Failure>()
  for await (const result of setting.provider.results(batch.record.id!)) {
    const form = batch.missing.get(result.key)
    if (!form) continue
    try {
      keep(batch, result.key, await readReply(form, result, setting.chatThrough), setting)
    } catch (thrown) {
      if (thrown instanceof LabelwrightError) throw thrown
      failures.set(result.key, judgeFailure(thrown, setting.endpoint, setting.clock.now()))
    }
  }
  const neverCameTo = judgeBatch(state.failure ?? apiError(expired, 'the batch ran out of time'), setting)
  await passOn(batch, setting, (key) => failures.get(key) ?? neverCameTo)
}

/** On disk first: whoever waits, or asks again after a crash, must find it there once the batch is closed. */
function keep(batch: OpenBatch, key: string, exchange: Exchange, { replies, open }: BatchSetting): void {
  const job = batch.jobs.get(key)
  const whole = job?.lost ? { ...exchange, lostTries: job.lost } : exchange
  replies.write(key, whole)
  batch.missing.delete(key)
  open.delete(key)
  job?.resolve(whole)
}

/** Closes a batch; what it brought no reply to may go into the next. */
async function passOn(
  batch: OpenBatch,
  setting: BatchSetting,
  failureOf: (key: string) => Failure | null,
): Promise<void> {
  await closeBatch(batch, setting)
  for (const [key, job] of batch.jobs) if (!job.over) setting.again(job, failureOf(key))
  batch.jobs.clear()
}

async function closeBatch({ record, missing }: OpenBatch, { folder, open }: BatchSetting): Promise<void> {
  await removeRecord(folder, record)
  for (const key of missing.keys()) open.delete(key)
}

/** What is wrong with a batch is not wrong with each of its messages. */
function judgeBatch(thrown: unknown, { endpoint, clock }: BatchSetting): Failure {
  if (thrown instanceof LabelwrightError) throw thrown
  const failure = judgeFailure(thrown, endpoint, clock.now())
  return failure.kind === 'rejected' ? { ...failure, kind: 'failed' } : failure
}

function failedBatch(
  failure: Failure,
  { batch, setting, failures }: { batch: OpenBatch; setting: BatchSetting; failures: number },
): LabelwrightError {
  const { endpoint, folder } = setting
  if (failure.status !== 404) return endpointError(failure, endpoint, failures)
  return new LabelwrightError(
    'endpoint-failed',
    `${endpoint.url} does not know the batch ${batch.record.id} that it was given: ${failure.said}.`,
    `Use a key of the same project. If the batch is gone, delete ${recordPath(folder, batch.record.localId)}: its messages are then sent and paid for again.`,
  )
}
