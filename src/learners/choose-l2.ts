import { LabelwrightError } from '../core/error.ts'
import { gatherRows, row, type Matrix } from '../tensor/matrix.ts'
import { fitTerms, type FitOptions } from './fit-terms.ts'
import { evidenceTerm, type LinearHead } from './head-loss.ts'
import { checkLengths } from './label-checks.ts'
import { predictProbs } from './linear-head.ts'

/** What {@link chooseL2} found. */
export interface ChosenL2 {
  /** The penalty of the grid that predicts held-out items best; the stronger of equals. */
  readonly l2: number
  /** Strongest first. */
  readonly path: readonly {
    readonly l2: number
    /** Mean of `ln Σ_y p(y) exp(E[y])` over held-out items, in nats: for plain labels, the log of the label's probability. */
    readonly logLikelihood: number
  }[]
}

const defaultGrid = [100, 10, 1, 0.1, 0.01, 0.001]

/**
 * Chooses the penalty of a linear head by cross-validation. In each fold the heads are fitted from the strongest penalty to the weakest, each
 * starting from the one before, which has seen the same items.
 *
 * @param features - Shape `[n, d]`.
 * @param evidence - Shape `[n, k]`, see `labelEvidence`.
 * @param folds - Fold of each item, shape `[n]`, see `dealFolds`.
 * @param options.grid - Penalties to choose from, in any order. Default: powers of 10 from 0.001 to 100.
 * @see Friedman, Hastie, Tibshirani, Regularization Paths for Generalized Linear Models via Coordinate Descent, 2010, for warm starts along the path.
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-option` for an empty grid or a penalty below 0, `not-finite`, as of `fitLinearHead`.
 */
export async function chooseL2(
  features: Matrix,
  evidence: Matrix,
  folds: Int32Array,
  options: Omit<FitOptions, 'l2' | 'warmStart'> & { readonly grid?: readonly number[] } = {},
): Promise<ChosenL2> {
  const { grid = defaultGrid, ...fitOptions } = options
  checkLengths('folds', { length: features.rows }, folds.length)
  checkLengths('rows of evidence', { length: features.rows }, evidence.rows)
  if (grid.length === 0) {
    throw new LabelwrightError('bad-option', 'The grid of penalties is empty.', 'Name a penalty to choose from.')
  }
  const path = grid.toSorted((a, b) => b - a).map((l2) => ({ l2, logLikelihood: 0 }))
  const shape = { d: features.cols, k: evidence.cols }
  for (const fold of new Set(folds)) {
    const places = [...folds.keys()]
    const [taught, heldOut] = [places.filter((i) => folds[i] !== fold), places.filter((i) => folds[i] === fold)]
    const term = evidenceTerm(gatherRows(features, taught), gatherRows(evidence, taught))
    const [unseen, said] = [gatherRows(features, heldOut), gatherRows(evidence, heldOut)]
    let warmStart: LinearHead | undefined
    for (const step of path) {
      warmStart = await fitTerms([term], shape, { ...fitOptions, l2: step.l2, ...(warmStart && { warmStart }) })
      step.logLikelihood += logLikelihood(await predictProbs(warmStart, unseen), said) / folds.length
    }
  }
  return { l2: path.reduce((best, step) => (step.logLikelihood > best.logLikelihood ? step : best)).l2, path }
}

function logLikelihood(predProbs: Matrix, evidence: Matrix): number {
  let sum = 0
  for (let i = 0; i < predProbs.rows; i++) {
    const [probs, said] = [row(predProbs, i), row(evidence, i)]
    // What many say of an item adds up to less than the exponential can hold.
    const most = said.reduce((max, value) => Math.max(max, value), -Infinity)
    sum += most + Math.log(probs.reduce((likelihood, p, y) => likelihood + p * Math.exp(said[y]! - most), 0))
  }
  return sum
}
