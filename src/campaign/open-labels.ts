import { addMoments, classMoments } from '../learners/class-moments.ts'
import { fitDiscriminant } from '../learners/discriminant.ts'
import { gatherRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { applyTemperature } from '../tensor/temperature.ts'
import type { OpenData } from './pool.ts'

const folds = 5
/** Where a class has fewer items than this, the others cannot say what it looks like: its labels stand. */
const leastItems = 5
const temperatures = [1, 1.5, 2, 3, 5, 8]
const noiseRates = [0.01, 0.03, 0.1, 0.2, 0.3, 0.4]
/** The labels of a campaign stay what they are, so that one look at them is enough. */
const known = new WeakMap<OpenData, Promise<Matrix>>()

/**
 * What each item of open data is, given its label and what the other items let expect: `P(y | x, label) ∝ p(y | x) P(label | y)`.
 *
 * `p` is a discriminant's that did not see the item, and labels are wrong at one rate, for any other class. Its temperature and the rate are
 * those of a few at which the labels are likeliest.
 *
 * @returns Probabilities, shape `[m, k]`.
 * @see Brodley, Friedl, Identifying Mislabeled Training Data, JAIR 1999, for doubting labels by cross-validation.
 */
export function openTargets(open: OpenData, k: number): Promise<Matrix> {
  const targets = known.get(open) ?? doubted(open, k)
  known.set(open, targets)
  return targets
}

async function doubted({ features, labels }: OpenData, k: number): Promise<Matrix> {
  const sizes = new Int32Array(k)
  for (const y of labels) sizes[y]!++
  const predicted = await predictOutOfFold(features, labels, k)
  const { probs, noise } = likeliest(predicted, labels)
  const targets = matrix(labels.length, k)
  labels.forEach((label, i) => {
    const expected = sizes[label]! < leastItems ? new Float32Array(k).fill(1 / k) : row(probs, i)
    const share = row(targets, i)
    expected.forEach((p, y) => (share[y] = p * saidGiven(y === label, noise, k)))
    const sum = share.reduce((total, p) => total + p, 0)
    share.forEach((p, y) => (share[y] = p / sum))
  })
  return targets
}

async function predictOutOfFold(features: Matrix, labels: Int32Array, k: number): Promise<Matrix> {
  const predProbs = matrix(labels.length, k)
  const parts = await Promise.all(
    Array.from({ length: folds }, async (_, fold) => {
      // By place: what retrieval found is sorted by class, so that each fold gets its share of every class.
      const items = [...labels.keys()].filter((i) => i % folds === fold)
      const shares = matrix(items.length, k)
      items.forEach((i, at) => (row(shares, at)[labels[i]!] = 1))
      const own = gatherRows(features, items)
      return { items, own, moments: await classMoments(own, shares) }
    }),
  )
  for (const part of parts) {
    const others = parts.filter((other) => other !== part).map(({ moments }) => moments)
    const predict = await fitDiscriminant(addMoments(others, features.cols, k))
    const probs = await predict(part.own)
    part.items.forEach((i, at) => row(predProbs, i).set(row(probs, at)))
  }
  return predProbs
}

/** The temperature and the rate of wrong labels at which the labels are likeliest. */
function likeliest(predicted: Matrix, labels: Int32Array): { readonly probs: Matrix; readonly noise: number } {
  const k = predicted.cols
  let best = { probs: predicted, noise: 0.1, logLikelihood: -Infinity }
  for (const temperature of temperatures) {
    const probs = applyTemperature(predicted, temperature)
    for (const noise of noiseRates) {
      // As if nine of ten labels had been found right before: a handful of items says little about the rate.
      let logLikelihood = 9 * Math.log(1 - noise) + Math.log(noise)
      labels.forEach((label, i) => {
        const p = probs.data[i * k + label]!
        logLikelihood += Math.log(p * saidGiven(true, noise, k) + (1 - p) * saidGiven(false, noise, k))
      })
      if (logLikelihood > best.logLikelihood) best = { probs, noise, logLikelihood }
    }
  }
  return best
}

function saidGiven(isRight: boolean, noise: number, k: number): number {
  return isRight ? 1 - noise : noise / Math.max(1, k - 1)
}
