import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LabelwrightError, messageOf } from '../core/error.ts'

/** What can be written: all at once, or piece by piece. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/**
 * Writes a file so that its path always holds either the old content or all of the new one, even when the power fails: the content goes to
 * a hidden file beside it, is synced to disk, and is renamed. Missing folders are made. When this returns, the file is on disk.
 *
 * @param content - What it throws while it is iterated is passed on, and the old file stays.
 * @throws {@link LabelwrightError} `cannot-write` when the disk refuses (full, read-only, no permission).
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  // A random name: two machines on one shared disk may have equal process ids.
  const draft = join(dirname(path), `.${basename(path).slice(0, 64)}.${randomUUID()}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeAndSync(draft, content)
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw isSystemError(thrown) ? cannotWrite(path, thrown) : thrown
  }
}

async function writeAndSync(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the rename itself durable; Windows can neither open a folder nor needs to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown
}

/** The error of a disk that refuses. */
export function cannotWrite(path: string, cause: unknown): LabelwrightError {
  return new LabelwrightError(
    'cannot-write',
    `${path} could not be written: ${messageOf(cause)}.`,
    'Free space on the disk, or write to a folder that you may write to; what was there before is unchanged.',
    { cause },
  )
}
