import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import { errorCode } from '../files/file-error.ts'

/**
 * Makes this process the only one on this machine that turns the project's circle. A lock whose process is gone is taken over.
 *
 * @returns Gives the lock back.
 * @throws {@link LabelwrightError} `already-running`, naming the process.
 */
export async function lockProject(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true })
  for (;;) {
    // Linked into place with the number already in it: a lock is never seen empty.
    const own = `${path}.${process.pid}`
    await writeFile(own, String(process.pid))
    try {
      await link(own, path)
      return () => rm(path, { force: true })
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') throw thrown
    } finally {
      await rm(own, { force: true })
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''))
    if (holder !== process.pid && isAlive(holder)) {
      throw new LabelwrightError(
        'already-running',
        `Process ${holder} is labelling this project already.`,
        'Wait for it or stop it. If there is no such process, delete .labelwright/label.lock.',
      )
    }
    await rm(path, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return errorCode(thrown) === 'EPERM'
  }
}
