import { readFile } from 'node:fs/promises'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { errorCode } from '../files/file-error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { readNpy } from '../tensor/npy.ts'
import { taskFiles } from './external-task.ts'

/** How far a row's sum may be from 1: probabilities of 16 or 32 bits are off by less, logits by more. */
const sumTolerance = 1e-3

/**
 * Reads and checks a trainer's class probabilities.
 *
 * @returns Shape `[n, k]`, rows sum to 1.
 * @throws {@link LabelwrightError} `external-bad-predictions`.
 */
export async function readPredictions(path: string, n: number, k: number): Promise<Matrix> {
  const probs = await readNpy(path).catch((cause: unknown) => {
    throw badPredictions(messageOf(cause), cause)
  })
  const { rows, cols, data } = probs
  if (rows !== n || cols !== k) {
    throw badPredictions(`The predictions have shape ${rows} x ${cols}; needed is ${n} x ${k}.`)
  }
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let at = i * k; at < (i + 1) * k; at++) {
      // Not "< 0", which a NaN would pass; Infinity shows in the sum.
      if (!(data[at]! >= 0)) throw badPredictions(`Row ${i} (counted from 0) holds ${data[at]} in column ${at % k}.`)
      sum += data[at]!
    }
    if (!(Math.abs(sum - 1) <= sumTolerance)) {
      throw badPredictions(`Row ${i} (counted from 0) sums to ${sum}, not to 1.`)
    }
    for (let at = i * k; at < (i + 1) * k; at++) data[at]! /= sum
  }
  return probs
}

/**
 * Reads a trainer's metrics: any JSON value, undefined where there are none.
 *
 * @throws {@link LabelwrightError} `external-bad-predictions`.
 */
export async function readMetrics(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new LabelwrightError(
      'external-bad-predictions',
      `${taskFiles.metrics} is no JSON: ${messageOf(cause)}.`,
      'Write one JSON value (NaN and Infinity are none), or no such file.',
      { cause },
    )
  }
}

function badPredictions(problem: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError(
    'external-bad-predictions',
    problem,
    `Write ${taskFiles.predictions} with one row per item, in order, and one probability per class; rows sum to 1.`,
    { cause },
  )
}
