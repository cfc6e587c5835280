import { LabelwrightError } from '../core/error.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { sweepConfusions, type ConfusionState } from './confusion-sweep.ts'
import { repeatEm, type EmOptions, type EmProgress } from './expectation-maximisation.ts'
import { oneCoin } from './one-coin.ts'
import type { Votes } from './votes.ts'

export interface DawidSkeneOptions extends EmOptions {
  /** Pseudo-votes added to every cell of the confusions, e.g. 0.01–1, against locking in on 0 and 1 with few votes. Default 0. */
  readonly smoothing?: number
  /** Trusted class of each item, shape `[n]`, -1 where there is none. Default: none. */
  readonly known?: Int32Array
  /** `full`: a confusion matrix per annotator; `one-coin`: one rate of right answers per annotator, mistakes uniform. Default `full`. */
  readonly model?: 'full' | 'one-coin'
}

/** The result of {@link dawidSkene}. */
export interface DawidSkene extends EmProgress {
  /** `P(true class | votes)`, shape `[n, k]`; the prior where an item has no vote. */
  readonly posterior: Matrix
  /** `P(said | true)` of annotator `a` in rows `a * k..a * k + k - 1`, one per true class, shape `[annotators * k, k]`. */
  readonly confusions: Matrix
  /** Share of each class among the items that have votes, shape `[k]`. */
  readonly prior: Float64Array
}

/** Counts below this are raised to it, so that nothing is impossible. */
const least = 1e-10

/**
 * Finds the true classes and every annotator's confusion matrix from votes alone, by expectation–maximisation from the majority's shares.
 *
 * Memory beside the votes: two tables of `annotators * k * k` doubles.
 *
 * @throws {@link LabelwrightError} `length-mismatch` when `known` is not over the same items, `bad-votes` when it names no class or there
 * are no votes, `bad-option` when `smoothing` is below 0 or `maxIterations` below 1.
 * @see Dawid and Skene, Maximum likelihood estimation of observer error-rates using the EM algorithm, Applied Statistics 28 (1979).
 */
export function dawidSkene(votes: Votes, options: DawidSkeneOptions = {}): DawidSkene {
  const known = checked(votes, options.known)
  const smoothing = options.smoothing ?? 0
  if (!(smoothing >= 0)) {
    throw new LabelwrightError('bad-option', `The smoothing is ${smoothing}.`, 'Give a number of votes from 0.')
  }
  if (options.model === 'one-coin') return oneCoin(votes, known, smoothing, options)
  const state = majorityStart(votes, known)
  const round = (read: boolean): number => {
    maximise(state, smoothing)
    return sweepConfusions(state, read)
  }
  const progress = repeatEm(round, votes.items, options)
  const { classes: k, items } = votes
  const posterior = matrix(items, k, state.posterior)
  const prior = state.prior.slice(0, k)
  fillUnvoted(posterior, votes, prior, known)
  return { posterior, confusions: confusionsOf(state), prior, ...progress }
}

function majorityStart(votes: Votes, known: Int32Array): ConfusionState {
  const { items, annotators, classes: k, annotator, label, offsets } = votes
  const width = k + (k & 1)
  const rows = new Int32Array(label.length)
  for (let v = 0; v < rows.length; v++) rows[v] = (annotator[v]! * k + label[v]!) * width
  const counts = new Float64Array(annotators * k * width)
  const mass = new Float64Array(width)
  for (let i = 0; i < items; i++) {
    const from = offsets[i]!
    const to = offsets[i + 1]!
    const believe = (y: number, share: number): void => {
      mass[y]! += share
      for (let v = from; v < to; v++) counts[rows[v]! + y]! += share
    }
    if (known[i]! < 0) for (let v = from; v < to; v++) believe(label[v]!, 1 / (to - from))
    else if (from < to) believe(known[i]!, 1)
  }
  return {
    votes,
    known,
    width,
    rows,
    prior: new Float64Array(width),
    confusion: new Float64Array(counts.length),
    counts,
    mass,
    weights: new Float64Array(width),
    posterior: new Float32Array(items * k),
  }
}

/** Turns counts into probabilities and clears them. */
function maximise({ votes, width, mass, prior, counts, confusion }: ConfusionState, smoothing: number): void {
  const { annotators, classes: k } = votes
  let total = 0
  for (let y = 0; y < k; y++) total += mass[y]!
  for (let y = 0; y < k; y++) prior[y] = mass[y]! / total
  mass.fill(0)
  for (let a = 0; a < annotators; a++) {
    const start = a * k * width
    const end = start + k * width
    for (let y = 0; y < k; y++) {
      let sum = 0
      for (let at = start + y; at < end; at += width) {
        const count = counts[at]! + smoothing
        sum += counts[at] = count > least ? count : least
      }
      const scale = 1 / sum
      for (let at = start + y; at < end; at += width) {
        confusion[at] = counts[at]! * scale
        counts[at] = 0
      }
    }
  }
}

/** From `[annotators, said, width]` to `[annotators * true, said]`. */
function confusionsOf({ votes: { annotators, classes: k }, width, confusion }: ConfusionState): Matrix {
  const confusions = matrix(annotators * k, k)
  for (let a = 0; a < annotators; a++) {
    for (let said = 0; said < k; said++) {
      for (let y = 0; y < k; y++) confusions.data[(a * k + y) * k + said] = confusion[(a * k + said) * width + y]!
    }
  }
  return confusions
}

/** Items without a vote took no part: they get what is known, or the prior. */
function fillUnvoted(
  { data }: Matrix,
  { items, classes: k, offsets }: Votes,
  prior: Float64Array,
  known: Int32Array,
): void {
  for (let i = 0; i < items; i++) {
    if (offsets[i] !== offsets[i + 1]) continue
    for (let y = 0; y < k; y++) data[i * k + y] = known[i]! < 0 ? prior[y]! : Number(y === known[i])
  }
}

function checked(votes: Votes, known: Int32Array = new Int32Array(votes.items).fill(-1)): Int32Array {
  if (votes.item.length === 0) throw new LabelwrightError('bad-votes', 'There are no votes.', 'Pass at least one.')
  if (known.length !== votes.items) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${known.length} known classes for ${votes.items} items.`,
      'Pass one per item, -1 where the class is not known.',
    )
  }
  const at = known.findIndex((y) => y >= votes.classes)
  if (at >= 0) {
    throw new LabelwrightError(
      'bad-votes',
      `Item ${at} is known to be of class ${known[at]}, but there are ${votes.classes}.`,
      'Pass classes from 0, or -1 where the class is not known.',
    )
  }
  return known
}
