import { LabelwrightError } from '../core/error.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { repeatEm, type EmOptions, type EmProgress } from './expectation-maximisation.ts'
import { votePosterior } from './vote-posterior.ts'
import type { Votes } from './votes.ts'

export interface GladOptions extends EmOptions {
  /** `P(true class)`, shape `[k]`. Default uniform. */
  readonly prior?: Float64Array
  /** Sweeps over abilities and easiness in each maximisation. Default 5: more of them gain little before the next expectation. */
  readonly sweeps?: number
}

/** The result of {@link glad}. Its `logLikelihood` includes the log-density of abilities and easiness, up to a constant. */
export interface Glad extends EmProgress {
  /** `P(true class | votes)`, shape `[n, k]`; the prior where an item has no vote. */
  readonly posterior: Matrix
  /** What each annotator can do, shape `[annotators]`: 0 is right half of the time on any item, below 0 mostly wrong. */
  readonly ability: Float64Array
  /** How easy each item is, above 0, shape `[n]`: an annotator is right with probability `sigmoid(ability * easiness)`. */
  readonly easiness: Float64Array
}

/** Abilities `α` and log-easiness `b`, both drawn from N(1, 1); an annotator is right with probability `σ(α · exp b)`. */
interface Skills {
  readonly ability: Float64Array
  readonly logEasiness: Float64Array
}

/**
 * Finds the true classes together with each annotator's ability and each item's difficulty, from votes alone. Mistakes fall on all other
 * classes alike.
 *
 * The maximisation minorises the logistic function by parabolas, one block of unknowns after the other: no step length, never a step down.
 *
 * @throws {@link LabelwrightError} `length-mismatch` when the prior has not one entry per class, `bad-probability` when it does not sum to 1,
 * `bad-option` when `maxIterations` is below 1.
 * @see Whitehill et al., Whose vote should count more, NIPS 2009. Jaakkola and Jordan, Bayesian parameter estimation via variational
 * methods, 2000, for the bound.
 */
export function glad(votes: Votes, options: GladOptions = {}): Glad {
  const { items, annotators, classes: k, item, annotator, label } = votes
  const { prior = new Float64Array(k).fill(1 / k), sweeps = 5 } = options
  checkPrior(prior, k)
  const skills = { ability: new Float64Array(annotators).fill(1), logEasiness: new Float64Array(items).fill(1) }
  const posterior = new Float64Array(items * k)
  const model = {
    logPrior: prior.map(Math.log),
    wrong: new Float64Array(item.length),
    gain: new Float64Array(item.length),
  }
  const otherClasses = Math.log(Math.max(1, k - 1))
  const right = new Float64Array(item.length)
  const round = (): number => {
    const easiness = skills.logEasiness.map(Math.exp)
    for (let v = 0; v < item.length; v++) {
      const x = skills.ability[annotator[v]!]! * easiness[item[v]!]!
      model.wrong[v] = -softplus(x) - otherClasses
      model.gain[v] = x + otherClasses
    }
    const logLikelihood =
      votePosterior(votes, model, posterior) + logDensity(skills.ability) + logDensity(skills.logEasiness)
    for (let v = 0; v < item.length; v++) right[v] = posterior[item[v]! * k + label[v]!]!
    for (let sweep = 0; sweep < sweeps; sweep++) {
      raiseAbility(votes, right, skills)
      raiseEasiness(votes, right, skills)
    }
    return logLikelihood
  }
  const progress = repeatEm(round, items, options)
  return {
    posterior: matrix(items, k, Float32Array.from(posterior)),
    ability: skills.ability,
    easiness: skills.logEasiness.map(Math.exp),
    ...progress,
  }
}

function checkPrior(prior: Float64Array, k: number): void {
  if (prior.length !== k) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${prior.length} prior probabilities for ${k} classes.`,
      'Pass one each.',
    )
  }
  const sum = prior.reduce((total, p) => total + p, 0)
  if (prior.every((p) => p >= 0) && Math.abs(sum - 1) < 1e-3) return
  throw new LabelwrightError(
    'bad-probability',
    `The prior probabilities are ${prior.join(', ')}.`,
    'Pass numbers from 0 that sum to 1.',
  )
}

/** To the top of the parabola below the objective in each ability, easiness fixed. */
function raiseAbility({ item, annotator }: Votes, right: Float64Array, { ability, logEasiness }: Skills): void {
  const easiness = logEasiness.map(Math.exp)
  const gradient = ability.map((alpha) => 1 - alpha)
  const curvature = new Float64Array(ability.length).fill(1)
  for (let v = 0; v < item.length; v++) {
    const a = annotator[v]!
    const beta = easiness[item[v]!]!
    const x = ability[a]! * beta
    const sigma = sigmoid(x)
    gradient[a]! += (right[v]! - sigma) * beta
    curvature[a]! += bend(x, sigma) * beta * beta
  }
  for (let a = 0; a < ability.length; a++) ability[a]! += gradient[a]! / curvature[a]!
}

/** The same for each log-easiness, abilities fixed: with `b + d` the parabolas in `x · exp(d)` add up to one function of `d`. */
function raiseEasiness(
  { items, offsets, annotator }: Votes,
  right: Float64Array,
  { ability, logEasiness }: Skills,
): void {
  for (let i = 0; i < items; i++) {
    const b = logEasiness[i]!
    const beta = Math.exp(b)
    let slope = 0
    let curve = 0
    for (let v = offsets[i]!; v < offsets[i + 1]!; v++) {
      const x = ability[annotator[v]!]! * beta
      const sigma = sigmoid(x)
      slope += (right[v]! - sigma) * x
      curve += bend(x, sigma) * x * x
    }
    logEasiness[i] = b + bestShift(b, slope, curve)
  }
}

/** Maximises `slope · (e^d - 1) - curve / 2 · (e^d - 1)² - (b + d - 1)² / 2` over `d` by Newton's method, or returns 0. */
function bestShift(b: number, slope: number, curve: number): number {
  let d = 0
  for (let step = 0; step < 3; step++) {
    const u = Math.exp(d)
    const gradient = (slope - curve * (u - 1)) * u - (b + d - 1)
    const curvature = Math.max(1, (curve * (2 * u - 1) - slope) * u + 1)
    d = Math.min(Math.max(d + gradient / curvature, -1), 1)
  }
  const change = Math.exp(d) - 1
  const gain = slope * change - 0.5 * curve * change * change - d * (b - 1 + d / 2)
  return gain > 0 ? d : 0
}

/** Curvature of the parabola that touches `ln σ` at `x` and lies below it everywhere. */
function bend(x: number, sigma: number): number {
  return x > 1e-6 || x < -1e-6 ? (sigma - 0.5) / x : 0.25
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** `ln(1 + e^x)` without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

function logDensity(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum -= (values[at]! - 1) ** 2 / 2
  return sum
}
