import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { messageOf } from '../core/error.ts'
import { atProcessEnd } from './process-end.ts'

/** A program and its arguments, passed as they are: no shell reads them. */
export type Command = readonly [program: string, ...args: string[]]

export interface CommandOptions {
  /** Working directory. */
  readonly cwd: string
  /** Set beside this process's own environment. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Ends the command early. */
  readonly signal?: AbortSignal
  /** Gets what the command prints, on either stream, as it comes. */
  readonly onOutput?: (text: string) => void
}

/** How a command ended, and the last 4,000 characters that it printed. */
export interface CommandEnd {
  readonly end:
    | { readonly kind: 'exit'; readonly code: number }
    | { readonly kind: 'signal'; readonly name: string }
    | { readonly kind: 'time-out' }
    | { readonly kind: 'abort' }
    | { readonly kind: 'not-started'; readonly why: string }
  readonly lastOutput: string
}

type Started = ChildProcessByStdio<null, Readable, Readable>

const keptCharacters = 4000
/** Timers of Node fire at once when set to more. */
const longestTimeoutMs = 2 ** 31 - 1
/** A process that left the group may hold the pipes open for ever; what the group printed is read long before. */
const drainMs = 1000

/**
 * Runs a command to its end, however it ends, and leaves nothing of it running: time-out, abort, the end of the command or of this process
 * (by a signal too, SIGKILL excepted) kill its whole process group. What has left the group lives on; on Windows, which has no groups, only
 * the command itself is killed.
 */
export async function runCommand(command: Command, options: CommandOptions): Promise<CommandEnd> {
  if (options.signal?.aborted) return { end: { kind: 'abort' }, lastOutput: '' }
  try {
    return await untilEnded(start(command, options), options)
  } catch (cause) {
    return { end: { kind: 'not-started', why: messageOf(cause) }, lastOutput: '' }
  }
}

function start([program, ...args]: Command, { cwd, env }: CommandOptions): Started {
  return spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The leader of a process group of its own.
    detached: process.platform !== 'win32',
  })
}

/** Rejects when the command could not be started. */
function untilEnded(child: Started, { timeoutMs, signal, onOutput }: CommandOptions): Promise<CommandEnd> {
  let lastOutput = ''
  let stopped: 'time-out' | 'abort' | undefined
  const stop = (kind: 'time-out' | 'abort'): void => {
    stopped ??= kind
    killGroup(child)
  }
  const onAbort = (): void => stop('abort')
  const timer = setTimeout(() => stop('time-out'), Math.min(timeoutMs, longestTimeoutMs))
  const callOff = atProcessEnd(() => killGroup(child))
  signal?.addEventListener('abort', onAbort)

  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lastOutput = (lastOutput + text).slice(-keptCharacters)
      onOutput?.(text)
    })
  }
  child.once('exit', () => {
    killGroup(child)
    setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), drainMs).unref()
  })
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, name) => resolve({ end: endOf(stopped, code, name), lastOutput }))
  })
  return ended.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    callOff()
  })
}

function endOf(stopped: 'time-out' | 'abort' | undefined, code: number | null, name: string | null): CommandEnd['end'] {
  if (stopped) return { kind: stopped }
  return code === null ? { kind: 'signal', name: name ?? 'an unknown signal' } : { kind: 'exit', code }
}

function killGroup(child: Started): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') return void child.kill('SIGKILL')
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
