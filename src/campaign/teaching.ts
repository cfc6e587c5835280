import { knownLikelihood } from '../learners/evidence.ts'
import { addMoments, classMoments, type ClassMoments } from '../learners/class-moments.ts'
import { fitDiscriminant } from '../learners/discriminant.ts'
import type { SoftLabels } from '../learners/head-loss.ts'
import type { Predictor } from '../learners/learner.ts'
import { predictProbs } from '../learners/linear-head.ts'
import { fitOutOfFold, type OutOfFold } from '../learners/out-of-fold.ts'
import { preparedHeadOptions } from '../learners/prepare-features.ts'
import { stackedRows } from '../learners/stacked-rows.ts'
import { mixture, stackingWeights } from '../learners/stacking.ts'
import { gatherRows, matrix, row, rowsView, type Matrix } from '../tensor/matrix.ts'
import { applyTemperature, fitTemperature } from '../tensor/temperature.ts'
import { openTargets } from './open-labels.ts'
import type { OpenData, Pool } from './pool.ts'

/** What there is to learn from. */
export interface Lesson {
  /** What people know: items, and for each of them 0 where a class is possible and a very low number where it is not, shape `[t, k]`. */
  readonly known: { readonly rows: Int32Array; readonly values: Matrix }
  /** What weighty annotators said about other items. */
  readonly soft: readonly SoftLabels[]
  /** How much each item of the open data counts; 0: not at all. */
  readonly openWeight: number
  /** What learnt a part of this before: a start, which saves time. */
  readonly from?: Learned
}

/** Something that has learnt. */
export interface Learned {
  /** Class probabilities of the pool; each item of which something is known is predicted without it. Shape `[n, k]`. */
  readonly predProbs: Matrix
  readonly predict: Predictor
  readonly linear: OutOfFold
}

const coldToHot = [0.2, 20] as const

/**
 * Teaches a linear head and a discriminant the same lesson, and mixes them as held-out labels of people find best (stacking): the discriminant
 * is far ahead while labels are few, the head once they are many.
 */
export async function teach(pool: Pool, { known, soft, openWeight, from }: Lesson): Promise<Learned> {
  const open = openWeight > 0 ? pool.open : undefined
  const features = open ? stackedRows(pool.features, open.features) : pool.features
  // Open data are in no fold: nobody is asked about them, so that they need not be predicted blindly.
  const folds = open ? Int32Array.from([...pool.folds, ...open.labels.map(() => -1)]) : pool.folds
  const lessons = open ? [...soft, await openLabels(open, pool, openWeight)] : soft
  const linear = await fitOutOfFold(features, known, folds, {
    ...preparedHeadOptions,
    soft: lessons,
    ...(from && { from: from.linear }),
  })
  const shares = sharesOf(known, lessons, linear.predProbs)
  const discriminant = await discriminateOutOfFold(features, shares, folds)

  const n = pool.features.rows
  const linearPart = rowsView(linear.predProbs, 0, n)
  const sure = rowsView(discriminant.predProbs, 0, n)
  const temperature = temperatureOf(sure, known)
  const discriminantPart = applyTemperature(sure, temperature)
  const weights = stackingWeights(
    [linearPart, discriminantPart].map((probs) => knownLikelihood(gatherRows(probs, known.rows), known.values)),
  )
  return {
    predProbs: mixture([linearPart, discriminantPart], weights),
    predict: async (items) =>
      mixture(
        [await predictProbs(linear.head, items), applyTemperature(await discriminant.predict(items), temperature)],
        weights,
      ),
    linear,
  }
}

async function openLabels(open: OpenData, { features, k }: Pool, weight: number): Promise<SoftLabels> {
  const items = open.labels.map((_, at) => features.rows + at)
  const groupOf = Int32Array.from({ length: k }, (_, y) => y)
  return { items, targets: await openTargets(open, k), groupOf, weight }
}

/** Items and how much each counts for every class. */
interface Shares {
  readonly rows: Int32Array
  readonly values: Matrix
}

/** The lesson as soft labels of fine classes. Where it leaves several classes open, the linear head says how likely each of them is. */
function sharesOf(known: Lesson['known'], soft: readonly SoftLabels[], predProbs: Matrix): Shares {
  const k = predProbs.cols
  const rows = [...known.rows, ...soft.flatMap(({ items }) => [...items])]
  const values = matrix(rows.length, k)
  known.rows.forEach((i, at) => {
    const share = row(values, at)
    row(known.values, at).forEach((value, y) => (share[y] = value < 0 ? 0 : predProbs.data[i * k + y]! + 1e-9))
    const sum = share.reduce((total, p) => total + p, 0)
    // An item of which little is known beyond what it is not would else teach a hundred classes a little of everything.
    const certainty = Math.max(...share) / sum
    share.forEach((p, y) => (share[y] = (certainty * p) / sum))
  })
  let at = known.rows.length
  for (const { items, targets, groupOf, weight } of soft) {
    items.forEach((i, place) => {
      const share = row(values, at++)
      const ofGroup = new Float64Array(targets.cols)
      groupOf.forEach((group, y) => (ofGroup[group]! += predProbs.data[i * k + y]! + 1e-9))
      groupOf.forEach((group, y) => {
        const inGroup = (predProbs.data[i * k + y]! + 1e-9) / ofGroup[group]!
        share[y] = weight * targets.data[place * targets.cols + group]! * inGroup
      })
    })
  }
  return { rows: Int32Array.from(rows), values }
}

async function discriminateOutOfFold(features: Matrix, { rows, values }: Shares, folds: Int32Array) {
  const parts: { readonly fold: number; readonly items: Int32Array; readonly moments: ClassMoments }[] = []
  for (const [fold, places] of Map.groupBy(rows.keys(), (place) => folds[rows[place]!]!)) {
    const items = Int32Array.from(places, (place) => rows[place]!)
    parts.push({ fold, items, moments: await classMoments(gatherRows(features, items), gatherRows(values, places)) })
  }
  const fit = (of: typeof parts): Promise<Predictor> =>
    fitDiscriminant(
      addMoments(
        of.map(({ moments }) => moments),
        features.cols,
        values.cols,
      ),
    )
  const predict = await fit(parts)
  const predProbs = await predict(features)
  for (const { fold, items } of parts) {
    if (fold < 0) continue
    const heldOut = Int32Array.from(new Set(items))
    const blind = await fit(parts.filter((part) => part.fold !== fold))
    const probs = await blind(gatherRows(features, heldOut))
    heldOut.forEach((item, at) => row(predProbs, item).set(row(probs, at)))
  }
  return { predProbs, predict }
}

/** At which held-out labels are likeliest; items of which classes were only ruled out do not count. */
function temperatureOf(predProbs: Matrix, { rows, values }: Lesson['known']): number {
  const settled = [...rows.keys()].filter((at) => row(values, at).reduce((sum, v) => sum + (v < 0 ? 0 : 1), 0) === 1)
  if (settled.length === 0) return 1
  const probs = gatherRows(
    predProbs,
    settled.map((at) => rows[at]!),
  )
  const labels = Int32Array.from(settled, (at) => row(values, at).indexOf(0))
  return fitTemperature(probs, { rows: Int32Array.from(labels.keys()), labels }, coldToHot)
}
