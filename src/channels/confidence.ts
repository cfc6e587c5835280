import type { Matrix } from '../tensor/matrix.ts'
import type { Testimony } from './testimony.ts'

/** What an annotator's confidence in its own answers is worth, whatever scale it is on: measured against trusted labels. */
export interface EarnedConfidence {
  /** By how much the log-odds of being right rise with the log-odds that the annotator states. 1: it is calibrated. */
  readonly slope: number
  /** Log-odds of being right that an answer has beyond the annotator's usual ones, shape `[n]`; 0 where no confidence was stated. */
  readonly shift: Float32Array
  /** The same of items with a trusted label, as if their own had not been counted, shape `[n]`; 0 elsewhere. */
  readonly leftOutShift: Float32Array
}

/** A stated certainty is no certainty. */
const [least, most] = [0.005, 0.995]
/** Nats that confidence has to gain on the trusted items, each predicted without itself; as much as an annotator itself has to. */
const leastGain = 3
/** Of the normal distribution around 0 that a slope is thought to come from: a few items prove nothing. */
const priorPrecision = 1

/**
 * Learns what stated confidence means: logistic regression of being right on the centred log-odds `x` of the confidence, with one slope,
 *
 * `P(right) = σ(logit P(right | said) + slope · x)`,
 *
 * so that an answer given with the usual confidence counts as the channel says. A slope is hurt little by a strategy that has mistakes
 * checked on purpose, an intercept would be.
 *
 * @param truthGiven - `P(true y | said r)`, shape `[k, c]`.
 * @param trusted - Trusted class of each item, shape `[n]`, -1 where there is none.
 * @returns Null where no confidence was stated, or where it does not tell right answers from wrong ones.
 * @see Platt, Probabilistic Outputs for Support Vector Machines, 1999; Prentice and Pyke, Logistic Disease Incidence Models and
 *   Case-Control Studies, 1979, for the slope under biased sampling.
 */
export function earnConfidence(
  { said, level, confidence }: Testimony,
  truthGiven: Matrix,
  trusted: Int32Array,
): EarnedConfidence | null {
  if (!confidence) return null
  const stated = Int32Array.from(said.keys()).filter(
    (i) => said[i]! >= 0 && said[i]! < level.classes.length && confidence[i]! >= 0,
  )
  if (stated.length === 0) return null
  const x = new Float64Array(said.length)
  for (const i of stated) x[i] = logit(Math.min(Math.max(confidence[i]!, least), most))
  const centre = stated.reduce((sum, i) => sum + x[i]!, 0) / stated.length
  for (const i of stated) x[i]! -= centre

  const usual = rightGiven(truthGiven, level.groupOf, level.classes.length)
  const judged = stated.filter((i) => trusted[i]! >= 0)
  const isRight = (i: number): number => (level.groupOf[trusted[i]!] === said[i] ? 1 : 0)
  const chance = (i: number, slope: number): number => sigmoid(logit(usual[said[i]!]!) + slope * x[i]!)

  const { slope, curvature } = fitSlope(judged, (i, at) => ({ x: x[i]!, p: chance(i, at), y: isRight(i) }))
  const shift = new Float32Array(said.length)
  const leftOutShift = new Float32Array(said.length)
  let gain = 0
  for (const i of stated) shift[i] = slope * x[i]!
  for (const i of judged) {
    const without = slope - ((isRight(i) - chance(i, slope)) * x[i]!) / curvature
    leftOutShift[i] = without * x[i]!
    gain += Math.log(isRight(i) ? chance(i, without) / chance(i, 0) : (1 - chance(i, without)) / (1 - chance(i, 0)))
  }
  return gain >= leastGain ? { slope, shift, leftOutShift } : null
}

/** Newton's method on the penalised log-likelihood, which is concave. */
function fitSlope(
  judged: Int32Array,
  term: (i: number, slope: number) => { readonly x: number; readonly p: number; readonly y: number },
): { readonly slope: number; readonly curvature: number } {
  let slope = 0
  for (let round = 0; ; round++) {
    let [gradient, curvature] = [-priorPrecision * slope, priorPrecision]
    for (const i of judged) {
      const { x, p, y } = term(i, slope)
      gradient += (y - p) * x
      curvature += p * (1 - p) * x * x
    }
    const step = gradient / curvature
    if (Math.abs(step) < 1e-6 || round === 50) return { slope, curvature }
    // From far off, a full step can overshoot where the sigmoids are flat.
    slope += Math.min(1, Math.max(-1, step))
  }
}

/** `P(right | said r)` of each of the level's classes. */
function rightGiven({ rows, cols, data }: Matrix, groupOf: Int32Array, classes: number): Float64Array {
  const right = new Float64Array(classes)
  for (let y = 0; y < rows; y++) right[groupOf[y]!]! += data[y * cols + groupOf[y]!]!
  return right.map((p) => Math.min(Math.max(p, 1e-6), 1 - 1e-6))
}

function logit(p: number): number {
  return Math.log(p / (1 - p))
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
