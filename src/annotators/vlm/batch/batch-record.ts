import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LabelwrightError, messageOf } from '../../../core/error.ts'
import { writeFileAtomic } from '../../../files/atomic-file.ts'
import { errorCode } from '../../../files/file-error.ts'

/** How a reply is to be read; the message itself is not needed for that. */
export interface Form {
  /** It was to follow a schema. */
  readonly json: boolean
  readonly logprobs: boolean
}

/** A batch that has been handed over, or was about to be: on disk until each of its replies is. */
export interface BatchRecord {
  readonly localId: string
  /** Address of the provider. */
  readonly endpoint: string
  /** Milliseconds since 1970, by our clock. */
  readonly submittedAt: number
  /** The provider's id; null from before the batch is handed over until its id is known. */
  readonly id: string | null
  /** By the hash of each message. */
  readonly requests: Readonly<Record<string, Form>>
}

const recordSchema: z.ZodType<BatchRecord> = z.object({
  localId: z.string(),
  endpoint: z.string(),
  submittedAt: z.number(),
  id: z.string().nullable(),
  requests: z.record(z.string(), z.object({ json: z.boolean(), logprobs: z.boolean() })),
})

/** Where a batch is noted down. */
export function recordPath(folder: string, localId: string): string {
  return join(folder, `${localId}.json`)
}

/** Notes a batch down; when this returns it is on disk. @throws {@link LabelwrightError} `cannot-write`. */
export function writeRecord(folder: string, record: BatchRecord): Promise<void> {
  return writeFileAtomic(recordPath(folder, record.localId), `${JSON.stringify(record)}\n`)
}

export function removeRecord(folder: string, { localId }: BatchRecord): Promise<void> {
  return rm(recordPath(folder, localId), { force: true })
}

/** All batches that were noted down, oldest first. @throws {@link LabelwrightError} `unreadable-file`. */
export async function readRecords(folder: string): Promise<BatchRecord[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  const records = await Promise.all(names.map((name) => readRecord(join(folder, name))))
  return records.filter((record) => record !== null).toSorted((a, b) => a.submittedAt - b.submittedAt)
}

/** Null where it has just been removed: that batch is done. */
async function readRecord(path: string): Promise<BatchRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw new LabelwrightError(
      'unreadable-file',
      `${path} holds no record of a batch: ${messageOf(thrown)}.`,
      'Put it back from a copy; if there is none, delete it, and its messages are sent and paid for again.',
      { cause: thrown },
    )
  }
}
