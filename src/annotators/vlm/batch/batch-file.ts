import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'

/** How much a provider takes at once. */
export interface BatchLimits {
  readonly maxRequests: number
  readonly maxBytes: number
}

/** What goes into one batch, written out. */
export interface BatchFile<T> {
  readonly localId: string
  readonly path: string
  readonly entries: readonly T[]
}

interface Options {
  readonly folder: string
  readonly frame: { readonly start: string; readonly between: string; readonly end: string }
  readonly limits: BatchLimits
}

/** Ends the names of files that wait to be handed over; one that is found later was left by a crash, and is of no use. */
export const uploadSuffix = '.upload'

/**
 * Writes lines into as many files as the limits ask for. One line is held in memory at a time: with pictures in them a batch is larger than
 * that. A line that is too long by itself gets a file of its own, for the provider to refuse.
 *
 * @yields Each file when it is full.
 */
export async function* writeBatchFiles<T extends { readonly line: string }>(
  lines: AsyncIterable<T>,
  { folder, frame, limits }: Options,
): AsyncGenerator<BatchFile<Omit<T, 'line'>>> {
  let draft: Draft<Omit<T, 'line'>> | undefined
  for await (const { line, ...entry } of lines) {
    const bytes = Buffer.byteLength(frame.between + line)
    if (draft && (draft.entries.length >= limits.maxRequests || draft.size + bytes > limits.maxBytes)) {
      yield await finish(draft, frame.end)
      draft = undefined
    }
    draft ??= await begin(folder, frame)
    await draft.handle.write(draft.entries.length > 0 ? frame.between + line : line)
    draft.entries.push(entry)
    draft.size += bytes
  }
  if (draft) yield await finish(draft, frame.end)
}

interface Draft<T> extends BatchFile<T> {
  readonly handle: FileHandle
  readonly entries: T[]
  size: number
}

async function begin<T>(folder: string, { start, end }: Options['frame']): Promise<Draft<T>> {
  const localId = randomUUID()
  const path = join(folder, `${localId}${uploadSuffix}`)
  const handle = await open(path, 'wx')
  await handle.write(start)
  return { localId, path, handle, entries: [], size: Buffer.byteLength(start + end) }
}

async function finish<T>({ localId, path, handle, entries }: Draft<T>, end: string): Promise<BatchFile<T>> {
  await handle.write(end)
  await handle.close()
  return { localId, path, entries }
}
