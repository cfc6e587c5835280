import type { Rng } from '../core/rng.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { repeatEm, type EmOptions, type EmProgress } from './expectation-maximisation.ts'
import { votePosterior } from './vote-posterior.ts'
import type { Votes } from './votes.ts'

export interface MaceOptions extends EmOptions {
  /** At least 1. Default 50. */
  readonly maxIterations?: number
  /** Random starts, of which the likeliest is kept. Default 10. */
  readonly restarts?: number
  /** `variational`: averages over competences and habits with the priors of the paper; `plain`: maximum likelihood. Default `variational`. */
  readonly inference?: 'variational' | 'plain'
}

/**
 * The result of {@link mace}. Its `logLikelihood` is, for `variational`, that of the votes under averages of the parameters: it ranks starts,
 * but may fall a little from round to round.
 */
export interface Mace extends EmProgress {
  /** `P(true class | votes)`, shape `[n, k]`; uniform where an item has no vote. */
  readonly posterior: Matrix
  /** Share of an annotator's votes that are meant, and not spam, shape `[annotators]`; 0.5 where there is no vote. */
  readonly competence: Float64Array
  /** What an annotator says when it spams, rows summing to 1, shape `[annotators, k]`; uniform where it never does. */
  readonly habits: Matrix
}

/**
 * Pseudo-votes of the priors: Beta(½, ½) on competence, as in the paper, and a flat Dirichlet(10) on habits, as in its program. Of maximum
 * likelihood as few as keep everything possible.
 */
const priors = { variational: { competence: 0.5, habit: 10 }, plain: { competence: 1e-10, habit: 1e-10 } }

/**
 * Tells who means what they say from who does not: an annotator either knows the true class and says it, or spams by habit.
 *
 * @param rng - Draws the starts.
 * @throws {@link LabelwrightError} `bad-option` when `maxIterations` is below 1.
 * @see Hovy et al., Learning whom to trust with MACE, NAACL 2013.
 */
export function mace(votes: Votes, rng: Rng, options: MaceOptions = {}): Mace {
  const { restarts = 10, inference = 'variational', maxIterations = 50 } = options
  let best = climb(votes, rng, { ...options, maxIterations }, inference)
  for (let start = 1; start < restarts; start++) {
    const next = climb(votes, rng, { ...options, maxIterations }, inference)
    if (next.logLikelihood > best.logLikelihood) best = next
  }
  return best
}

function climb(votes: Votes, rng: Rng, options: EmOptions, inference: 'variational' | 'plain'): Mace {
  const { items, annotators, classes: k, item, annotator, label } = votes
  const pseudo = priors[inference]
  const posterior = new Float64Array(items * k)
  const meant = new Float64Array(annotators)
  const spam = new Float64Array(annotators * k)
  const cast = new Float64Array(annotators)
  for (let v = 0; v < item.length; v++) cast[annotator[v]!]!++
  for (let a = 0; a < annotators; a++) {
    meant[a] = cast[a]! * (0.25 + 0.5 * rng.uniform())
    for (let said = 0; said < k; said++) spam[a * k + said] = (cast[a]! - meant[a]!) * rng.uniform() * (2 / k)
  }
  const [log, ratio] = [new Float64Array(annotators * k), new Float64Array(annotators * k)]
  const model = {
    logPrior: new Float64Array(k).fill(-Math.log(k)),
    wrong: new Float64Array(item.length),
    gain: new Float64Array(item.length),
  }
  const weigh = inference === 'variational' ? expDigamma : (count: number): number => count
  const round = (): number => {
    for (let a = 0; a < annotators; a++) {
      let spammed = 0
      for (let said = 0; said < k; said++) spammed += spam[a * k + said]!
      const all = weigh(meant[a]! + spammed + 2 * pseudo.competence)
      const spams = weigh(spammed + pseudo.competence) / all
      const means = weigh(meant[a]! + pseudo.competence) / all
      const total = weigh(spammed + k * pseudo.habit)
      for (let said = 0; said < k; said++) {
        const byHabit = (spams * weigh(spam[a * k + said]! + pseudo.habit)) / total
        log[a * k + said] = Math.log(byHabit)
        ratio[a * k + said] = means / byHabit
      }
    }
    for (let v = 0; v < item.length; v++) {
      const at = annotator[v]! * k + label[v]!
      model.wrong[v] = log[at]!
      model.gain[v] = Math.log1p(ratio[at]!)
    }
    const logLikelihood = votePosterior(votes, model, posterior)
    meant.fill(0)
    spam.fill(0)
    for (let v = 0; v < item.length; v++) {
      const at = annotator[v]! * k + label[v]!
      const knew = (posterior[item[v]! * k + label[v]!]! * ratio[at]!) / (1 + ratio[at]!)
      meant[annotator[v]!]! += knew
      spam[at]! += 1 - knew
    }
    return logLikelihood
  }
  const progress = repeatEm(round, items, options)
  const competence = meant.map((count, a) => (count + pseudo.competence) / (cast[a]! + 2 * pseudo.competence))
  const habits = matrix(annotators, k)
  for (let a = 0; a < annotators; a++) {
    let spammed = 0
    for (let said = 0; said < k; said++) spammed += spam[a * k + said]!
    for (let said = 0; said < k; said++) {
      habits.data[a * k + said] = (spam[a * k + said]! + pseudo.habit) / (spammed + k * pseudo.habit)
    }
  }
  return { posterior: matrix(items, k, Float32Array.from(posterior)), competence, habits, ...progress }
}

/** `exp ψ(x)`, by recurrence up to 6 and the asymptotic series. */
function expDigamma(x: number): number {
  let shift = 0
  let at = x
  for (; at < 6; at++) shift -= 1 / at
  const inverse = 1 / (at * at)
  return Math.exp(shift + Math.log(at) - 0.5 / at - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252)))
}
