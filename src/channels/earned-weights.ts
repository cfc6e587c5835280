import { LabelwrightError } from '../core/error.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { noDenials, type Denials } from './known.ts'

/** The result of {@link earnWeights}. */
export interface EarnedWeights {
  /** Weight of each annotator, in `[0, 1]`. */
  readonly weights: readonly number[]
  /** The share of the uniform distribution mixed into the learner's predictions. */
  readonly smoothing: number
  /** By which the posterior's logits are divided, at least 1. */
  readonly temperature: number
  /** Held-out log-likelihood of the trusted labels, summed over items, in nats. */
  readonly logLikelihood: number
}

export interface EarnedWeightsOptions {
  /** Trusted class of each of the `t` items of which people know something, shape `[t]`; -1 where they only ruled classes out. */
  readonly labels: Int32Array
  /** What they ruled out, by place in `labels`. Default nothing. */
  readonly denied?: Denials
  /** The learner's probabilities, each item predicted by a head that did not see its label, shape `[t, k]`. */
  readonly predProbs: Matrix
  /** Log-likelihoods of each annotator's answers, without the item's own share in its channel, shape `[t, k]` each; 0 where unasked. */
  readonly leftOut: readonly Matrix[]
}

const candidates = [0, 0.25, 0.5, 0.75, 1]
const smoothings = [0.03, 0.1, 0.3]
const temperatures = [1, 1.5, 2, 3, 4]
/** Nats that an annotator has to gain to be heard at all: one that guesses gets there in at most 2 of 100 campaigns (measured). */
const leastGain = 3

/**
 * Chooses how much each annotator's answers count, by the held-out likelihood of the trusted labels, one annotator after the other.
 *
 * An annotator that does not help to predict what people say gets 0, and so can never make the result worse than people alone.
 *
 * @throws {@link LabelwrightError} `length-mismatch` when the rows differ in number, `not-finite` when a value is NaN.
 */
export function earnWeights({ labels, denied = noDenials, predProbs, leftOut }: EarnedWeightsOptions): EarnedWeights {
  const k = predProbs.cols
  for (const { rows } of [predProbs, ...leftOut]) {
    if (rows !== labels.length) {
      throw new LabelwrightError(
        'length-mismatch',
        `Got ${labels.length} labels but ${rows} rows of probabilities or log-likelihoods.`,
        'Pass one row for each item that has a trusted label, in the same order.',
      )
    }
  }
  const smoothed = new Map(
    smoothings.map((smoothing) => [
      smoothing,
      Float64Array.from(predProbs.data, (p) => Math.log((1 - smoothing) * p + smoothing / k)),
    ]),
  )
  const score = (tried: readonly number[], smoothing: number, temperature = 1): number => {
    let sum = 0
    const learnt = smoothed.get(smoothing)!
    const log = new Float64Array(k)
    for (let i = 0; i < labels.length; i++) {
      for (let y = 0; y < k; y++) {
        let value = learnt[i * k + y]!
        for (let a = 0; a < leftOut.length; a++) value += tried[a]! * leftOut[a]!.data[i * k + y]!
        log[y] = value / temperature
      }
      const all = logSumExp(log)
      // A no is as much evidence as a yes: to hear the yes alone would flatter whoever guessed.
      sum +=
        labels[i]! >= 0
          ? log[labels[i]!]! - all
          : logSumExp(log.map((v, y) => (denied.get(i)?.has(y) ? -Infinity : v))) - all
    }
    return sum
  }
  const known = new Map<string, Weighed>()
  const weigh = (tried: readonly number[]): Weighed => {
    const key = tried.join()
    const weighed = known.get(key) ?? weighAnew(tried)
    known.set(key, weighed)
    return weighed
  }
  const weighAnew = (tried: readonly number[]): Weighed => {
    const heard = tried.filter((weight) => weight > 0).length
    return smoothings
      .map((smoothing) => ({ tried, smoothing, worth: score(tried, smoothing) - leastGain * heard }))
      .reduce((best, next) => (next.worth > best.worth ? next : best))
  }
  // From nothing and from the middle: annotators that only help together are found from above, useless ones left out from below.
  const { tried: weights, smoothing } = [0, 0.5]
    .map((start) =>
      ascend(
        weigh,
        leftOut.map(() => start),
      ),
    )
    .reduce((best, next) => (next.worth > best.worth ? next : best))
  const cooled = temperatures.map((temperature) => ({
    temperature,
    logLikelihood: score(weights, smoothing, temperature),
  }))
  const { temperature, logLikelihood } = cooled.reduce((best, next) =>
    next.logLikelihood > best.logLikelihood ? next : best,
  )
  if (Number.isNaN(logLikelihood)) {
    throw new LabelwrightError(
      'not-finite',
      'The probabilities or log-likelihoods hold a NaN.',
      'Look for NaN in the features.',
    )
  }
  return { weights, smoothing, temperature, logLikelihood }
}

interface Weighed {
  readonly tried: readonly number[]
  readonly smoothing: number
  /** Log-likelihood less what every heard annotator has to gain. */
  readonly worth: number
}

/** Coordinate ascent: one annotator's weight after the other, twice where there are several. */
function ascend(weigh: (tried: readonly number[]) => Weighed, start: readonly number[]): Weighed {
  let best = weigh(start)
  for (let sweep = 0; sweep < (start.length > 1 ? 2 : 1); sweep++) {
    for (let a = 0; a < start.length; a++) {
      for (const weight of candidates) {
        const next = weigh(best.tried.with(a, weight))
        if (next.worth > best.worth) best = next
      }
    }
  }
  return best
}

/** Mixes the uniform distribution into every row: `(1 - smoothing) · p + smoothing / k`. Shape `[n, k]`, copied; `smoothing` in `[0, 1]`. */
export function smoothProbs(predProbs: Matrix, smoothing: number): Matrix {
  const { rows, cols, data } = predProbs
  return matrix(
    rows,
    cols,
    data.map((p) => (1 - smoothing) * p + smoothing / cols),
  )
}

function logSumExp(values: Float64Array): number {
  let max = -Infinity
  for (let j = 0; j < values.length; j++) if (values[j]! > max) max = values[j]!
  let sum = 0
  for (let j = 0; j < values.length; j++) sum += Math.exp(values[j]! - max)
  return max + Math.log(sum)
}
