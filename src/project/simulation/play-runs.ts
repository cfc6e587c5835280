import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { LabelwrightError } from '../../core/error.ts'
import type { Run } from './run.ts'
import type { Failure, ToParent, ToWorker } from './worker.ts'
import type { World } from './world.ts'

/** Who is told how the runs go, and how they are called off. */
export interface PlayHooks {
  readonly signal: AbortSignal
  /** How many processes play side by side. */
  readonly processes: number
  /** After each turn of a campaign. */
  readonly onTurn: (run: Run, spent: number) => void
  /** A run is over; no other takes its place before this is. */
  readonly onDone: (run: Run, curve: SimulatedCurve) => Promise<void>
}

/**
 * Plays runs in processes of their own. The first failure ends all of them.
 *
 * @throws {@link LabelwrightError} `simulation-failed`, and what the campaigns throw; an `AbortError` once `signal` is aborted.
 */
export async function playRuns(world: World, runs: readonly Run[], hooks: PlayHooks): Promise<void> {
  hooks.signal.throwIfAborted()
  const waiting = [...runs]
  const workers = Array.from({ length: Math.min(hooks.processes, runs.length) }, () => startWorker(world))
  const stop = (): void => workers.forEach(({ child }) => child.kill('SIGKILL'))
  hooks.signal.addEventListener('abort', stop)
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let run = waiting.shift(); run; run = waiting.shift()) {
          const played = run
          const curve = await worker.play(run, (spent) => hooks.onTurn(played, spent))
          await hooks.onDone(run, curve)
        }
      }),
    )
  } catch (thrown) {
    // Workers that were killed for it say so too.
    hooks.signal.throwIfAborted()
    throw thrown
  } finally {
    hooks.signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Sources run as they are; the published package holds what was built from them. */
const sources = new URL('./worker.ts', import.meta.url)
const longestComplaint = 2000

interface Worker {
  readonly child: ChildProcess
  play(run: Run, onTurn: (spent: number) => void): Promise<SimulatedCurve>
}

function startWorker(world: World): Worker {
  const child = fork(existsSync(sources) ? sources : new URL('./worker.js', import.meta.url), {
    // Typed arrays as they are.
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  child
    .stderr!.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-longestComplaint)))
  const tell = (message: ToWorker): boolean => child.send(message)
  tell({ kind: 'world', world })
  const play: Worker['play'] = (run, onTurn) => {
    const { promise, resolve, reject } = Promise.withResolvers<SimulatedCurve>()
    const listen = (message: ToParent): void => {
      if (message.kind === 'turn') onTurn(message.spent)
      else if (message.kind === 'done') resolve(message.curve)
      else reject(errorOf(message.failure, run))
    }
    const end = (): void => reject(died(run, { how: child.signalCode ?? `exit code ${child.exitCode}`, complaint }))
    child.on('message', listen).on('error', reject).on('close', end)
    if (child.connected) tell({ kind: 'run', run })
    else end()
    return promise.finally(() => child.off('message', listen).off('error', reject).off('close', end))
  }
  return { child, play }
}

function errorOf(thrown: Failure, run: Run): Error {
  if (thrown.kind === 'foreseen') {
    return new LabelwrightError(thrown.code, `${nameOf(run)}: ${thrown.problem}`, thrown.fix)
  }
  return failed(`${nameOf(run)} failed: ${thrown.trace}`, 'This is a mistake of Labelwright: please report it.')
}

function died(run: Run, { how, complaint }: { readonly how: string; readonly complaint: string }): LabelwrightError {
  return failed(
    `The process that played ${nameOf(run)} ended with ${how}${complaint ? `: ${complaint.trim()}` : ''}.`,
    'If memory ran out, give fewer --processes.',
  )
}

function failed(problem: string, fix: string): LabelwrightError {
  return new LabelwrightError(
    'simulation-failed',
    problem,
    `${fix} Finished runs are kept: the same command goes on from there.`,
  )
}

function nameOf({ contestant, seed }: Run): string {
  return `${contestant.name}, seed ${seed}`
}
