import type { Clock } from '../core/clock.ts'
import type { Config } from '../project/config.ts'
import type { OnEncoded } from '../project/encode-items.ts'
import { openProject, type Project } from '../project/project.ts'
import { readConfig } from '../project/read-config.ts'
import type { Terminal } from './terminal.ts'

export const clock: Clock = { now: () => Date.now() }

/** Reads and opens the project of a folder, with a bar while items are turned into vectors for the first time. */
export async function open(
  dir: string,
  terminal: Terminal,
  change: (config: Config) => Config = (config) => config,
): Promise<Project> {
  const config = change(await readConfig(dir, process.env))
  return encodingBar(terminal, (onEncoded) =>
    openProject(config, {
      clock,
      env: process.env,
      onBatch: ({ id, done, total }) => terminal.say(`batch ${id}: ${done} of ${total} done`),
      onEncoded,
    }),
  )
}

/** Does what may turn items into vectors, with a bar while it does. */
export async function encodingBar<T>(terminal: Terminal, task: (onEncoded: OnEncoded) => Promise<T>): Promise<T> {
  let bar: ReturnType<Terminal['progress']> | undefined
  try {
    return await task((done, total) => {
      if (done < total) bar ??= terminal.progress('turning into vectors', total)
      bar?.to(done)
    })
  } finally {
    bar?.end()
  }
}

/** For {@link untilInterrupted}, while models are asked. */
export const stoppingNote = '\nStopping; answers under way are paid for and waited for. Ctrl-C again stops at once.\n'

/** Aborted by Ctrl-C or an end of the terminal, with a note; a second Ctrl-C ends the process at once. */
export function untilInterrupted(note = ''): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    process.stderr.write(note)
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  return controller.signal
}
