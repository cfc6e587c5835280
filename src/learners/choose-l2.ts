import { gatherRows, type Matrix } from '../tensor/matrix.ts'
import { fitTerms, type FitOptions } from './fit-terms.ts'
import { evidenceTerm, type LinearHead } from './head-loss.ts'
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
 * @throws {@link LabelwrightError} `not-finite`, as of `fitLinearHead`.
 */
export async function chooseL2(
  features: Matrix,
  evidence: Matrix,
  folds: Int32Array,
  options: Omit<FitOptions, 'l2' | 'warmStart'> & { readonly grid?: readonly number[] } = {},
): Promise<ChosenL2> {
  const { grid = defaultGrid, ...fitOptions } = options
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
  for (let i = 0, at = 0; i < predProbs.rows; i++) {
    let likelihood = 0
    for (let y = 0; y < predProbs.cols; y++, at++) likelihood += predProbs.data[at]! * Math.exp(evidence.data[at]!)
    sum += Math.log(likelihood)
  }
  return sum
}
