import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LabelwrightError, messageOf } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { readMetrics, readPredictions } from './external-results.ts'
import { itemCount, taskFiles, writeExternalTask, type ExternalTask } from './external-task.ts'
import { atProcessEnd } from './process-end.ts'
import { runCommand, type Command, type CommandEnd } from './run-command.ts'

/** A program of the user's own that trains and predicts. `docs/external-trainer.md` says what it reads and writes. */
export interface ExternalTrainer {
  /** Program and arguments; no shell. It runs inside the task's folder, so give absolute paths. */
  readonly command: Command
  /** Default one hour. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Gets what the program prints, as it comes. */
  readonly onOutput?: (text: string) => void
  /** Where a new folder for each task is made, and stays. Default: a temporary one, removed at the end. */
  readonly keepUnder?: string
}

/** What an external trainer found. */
export interface ExternalResult {
  /** Class probabilities of all items, shape `[n, k]`, rows sum to 1. */
  readonly predProbs: Matrix
  /** What the trainer wrote to `metrics.json`; undefined when nothing. */
  readonly metrics: unknown
}

const oneHourMs = 3_600_000
const keptLines = 10
const removal = { recursive: true, force: true, maxRetries: 3 } as const

/**
 * Lets a program of the user's own learn a task: writes it into a folder, runs the program there, and reads its predictions.
 *
 * @throws {@link LabelwrightError} `external-failed` when the program cannot be started, is stopped, or ends with anything but 0,
 *   `external-timeout`, `external-bad-predictions` when `predictions.npy` is not what is needed, `cannot-write`; and where the task itself is
 *   wrong `length-mismatch`, `bad-label`, `bad-shape`, `not-finite` or `bad-feature-value`.
 * @example
 * ```ts
 * const { predProbs } = await runExternalTrainer(
 *   { input: { features }, classes: ['bee', 'moth'], training: { rows, labels }, seed: 1 },
 *   { command: ['python3', '/home/me/train.py'], onOutput: (text) => process.stderr.write(text) },
 * )
 * ```
 */
export async function runExternalTrainer(task: ExternalTask, trainer: ExternalTrainer): Promise<ExternalResult> {
  const { command, timeoutMs = oneHourMs, signal, onOutput, keepUnder } = trainer
  const folder = await makeFolder(resolve(keepUnder ?? tmpdir()))
  const callOff = atProcessEnd(() => keepUnder ?? rmSync(folder, removal))
  try {
    await writeExternalTask(folder, task)
    const ended = await runCommand(command, {
      cwd: folder,
      env: { LABELWRIGHT_TASK: folder },
      timeoutMs,
      ...(signal && { signal }),
      ...(onOutput && { onOutput }),
    })
    if (ended.end.kind === 'time-out') throw timedOut(command, timeoutMs, ended)
    if (ended.end.kind !== 'exit' || ended.end.code !== 0) throw failed(command, ended, keepUnder && folder)
    return {
      predProbs: await readPredictions(join(folder, taskFiles.predictions), itemCount(task), task.classes.length),
      metrics: await readMetrics(join(folder, taskFiles.metrics)),
    }
  } finally {
    // A trainer may leave what cannot be removed; its predictions, or why there are none, weigh more.
    if (!keepUnder) await rm(folder, removal).catch(() => undefined)
    callOff()
  }
}

async function makeFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true })
    return await mkdtemp(join(parent, 'labelwright-task-'))
  } catch (cause) {
    throw new LabelwrightError(
      'cannot-write',
      `No folder for the trainer's task can be made in ${parent}: ${messageOf(cause)}.`,
      'Name a folder that you may write to.',
      { cause },
    )
  }
}

function failed(command: Command, { end, lastOutput }: CommandEnd, keptIn?: string): LabelwrightError {
  return new LabelwrightError(
    'external-failed',
    `The trainer "${command.join(' ')}" ${wordsOf(end)}.${lastWords(lastOutput)}`,
    keptIn
      ? `Correct it; its task lies in ${keptIn}.`
      : 'Correct it; set keepUnder to keep its task and run it there by hand.',
  )
}

function wordsOf(end: CommandEnd['end']): string {
  switch (end.kind) {
    case 'exit':
      return `ended with code ${end.code}`
    case 'signal':
      return `was killed by ${end.name}`
    case 'abort':
      return 'was stopped'
    case 'time-out':
      return 'took too long'
    case 'not-started':
      return `cannot be started: ${end.why}`
  }
}

function timedOut(command: Command, timeoutMs: number, { lastOutput }: CommandEnd): LabelwrightError {
  return new LabelwrightError(
    'external-timeout',
    `The trainer "${command.join(' ')}" was killed after ${timeoutMs / 1000} s.${lastWords(lastOutput)}`,
    'Give it more time, or less to do.',
  )
}

function lastWords(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  return lines.length ? ` It last said:\n${lines.slice(-keptLines).join('\n')}\n` : ' It said nothing.'
}
