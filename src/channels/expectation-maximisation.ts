import { LabelwrightError } from '../core/error.ts'

/** When the rounds of expectation and maximisation end. */
export interface EmOptions {
  /** At least 1. Default 100. */
  readonly maxIterations?: number
  /** Stops when a round gains less log-likelihood per item than this, in nats; 0: all rounds are run. Default 1e-5. */
  readonly tolerance?: number
}

/** How far EM came. */
export interface EmProgress {
  readonly iterations: number
  /** Log-likelihood of all votes at the last expectation, in nats. */
  readonly logLikelihood: number
}

/**
 * Repeats a round of EM until it gains too little.
 *
 * @param round - One round; returns the log-likelihood of all votes. Unless `read`, nothing that it returns or leaves for later is looked at.
 * @param items - The number of items over which the gain is averaged.
 * @throws {@link LabelwrightError} `bad-option` when there is not a whole number of rounds from 1.
 */
export function repeatEm(
  round: (read: boolean) => number,
  items: number,
  { maxIterations = 100, tolerance = 1e-5 }: EmOptions,
): EmProgress {
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    throw new LabelwrightError('bad-option', `maxIterations is ${maxIterations}.`, 'Give a whole number from 1.')
  }
  let logLikelihood = -Infinity
  for (let iterations = 1; iterations < maxIterations; iterations++) {
    const next = round(tolerance > 0)
    if (tolerance > 0 && next - logLikelihood < tolerance * items) return { iterations, logLikelihood: next }
    logLikelihood = next
  }
  return { iterations: maxIterations, logLikelihood: round(true) }
}
