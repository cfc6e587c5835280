import { openAsBlob } from 'node:fs'
import { rm } from 'node:fs/promises'
import { composeMessage, formOf } from './as-sent.ts'
import { writeBatchFiles, type BatchFile, type BatchLimits } from './batch-file.ts'
import { writeRecord, type Form } from './batch-record.ts'
import { joinBatch } from './follow-batch.ts'
import type { Job } from './job.ts'
import { noteId, openBatch, type BatchSetting, type OpenBatch } from './open-batch.ts'

interface Entry {
  readonly job: Job
  readonly form: Form
  readonly url: string
  readonly beta: string | null
}

/**
 * Hands jobs over to the provider, in as many batches as its limits ask for. What goes wrong, a job hears from its batch.
 *
 * @throws What the disk throws; jobs that are in no batch then are the caller's.
 */
export async function handOver(jobs: readonly Job[], limits: BatchLimits, setting: BatchSetting): Promise<void> {
  const { folder, provider } = setting
  for await (const file of writeBatchFiles(linesOf(jobs, setting), { folder, frame: provider.frame, limits })) {
    await beginBatch(file, setting)
  }
}

/** @yields Lines, whose pictures are encoded one after the other, when they are about to be written out. */
async function* linesOf(
  jobs: readonly Job[],
  setting: BatchSetting,
): AsyncGenerator<Entry & { readonly line: string }> {
  const { provider, chatThrough } = setting
  for (const job of jobs) {
    const { key } = job.request
    const open = setting.open.get(key)
    if (open) joinBatch(open, job, setting)
    if (open || job.over) continue
    try {
      const call = await job.request.compose()
      const message = await composeMessage(call, chatThrough)
      const { url, beta } = message
      yield { job, form: formOf(call), url, beta, line: provider.line(key, message) }
    } catch (thrown) {
      job.reject(thrown)
    }
  }
}

async function beginBatch({ localId, path, entries }: BatchFile<Entry>, setting: BatchSetting): Promise<void> {
  const wanted = entries.filter(({ job }) => !job.over)
  if (wanted.length === 0) return rm(path)
  const requests = Object.fromEntries(entries.map(({ job, form }) => [job.request.key, form]))
  const { endpoint, clock } = setting
  const batch = openBatch({ localId, endpoint: endpoint.url, submittedAt: clock.now(), id: null, requests }, setting)
  batch.handover = submit(batch, { localId, path, entries }, setting)
  for (const { job } of wanted) joinBatch(batch, job, setting)
}

/** Noted down before it is handed over and again after it: at any moment the disk tells what may have been paid for. */
async function submit(
  batch: OpenBatch,
  { localId, path, entries }: BatchFile<Entry>,
  setting: BatchSetting,
): Promise<void> {
  try {
    await writeRecord(setting.folder, batch.record)
    const betas = new Set(entries.flatMap(({ beta }) => beta?.split(',') ?? []))
    const upload = { localId, file: await openAsBlob(path), url: entries[0]!.url, betas: [...betas] }
    await noteId(batch, await setting.provider.submit(upload), setting)
  } finally {
    await rm(path, { force: true })
  }
}
