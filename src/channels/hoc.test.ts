import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row } from '../tensor/matrix.ts'
import { nearestNeighbours } from '../tensor/nearest-neighbours.ts'
import { hocLoss, hocTarget } from './hoc-loss.ts'
import { estimateHoc, fitHoc } from './hoc.ts'
import { countLabelConsensus, type LabelConsensus } from './label-consensus.ts'

const transition = [
  [0.8, 0.1, 0.1],
  [0.2, 0.7, 0.1],
  [0.1, 0.15, 0.75],
]
const prior = [0.5, 0.3, 0.2]
const near = (values: ArrayLike<number>, expected: readonly number[], digits: number): void =>
  expected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, digits))

/** What would be counted of infinitely many items whose neighbours all share their class. */
function expected(T: readonly (readonly number[])[], p: readonly number[]): Required<LabelConsensus> {
  const k = p.length
  const [one, two, three] = [new Float64Array(k), new Float64Array(k ** 2), new Float64Array(k ** 3)]
  for (let y = 0; y < k; y++) {
    for (let a = 0; a < k; a++) {
      one[a]! += p[y]! * T[y]![a]!
      for (let b = 0; b < k; b++) {
        two[a * k + b]! += p[y]! * T[y]![a]! * T[y]![b]!
        for (let c = 0; c < k; c++) three[(a * k + b) * k + c]! += p[y]! * T[y]![a]! * T[y]![b]! * T[y]![c]!
      }
    }
  }
  return { classes: k, one, two, three }
}

test('the worked example has its frequencies, and they give back what they were made of', () => {
  const consensus = expected(transition, prior)
  near(consensus.one, [0.48, 0.29, 0.23], 6)
  near(consensus.two, [0.334, 0.085, 0.061, 0.085, 0.1565, 0.0485, 0.061, 0.0485, 0.1205], 6)
  near(consensus.three, [0.2586, 0.0407, 0.0347, 0.0407, 0.03385, 0.01045, 0.0347, 0.01045, 0.01585], 6)
  const found = fitHoc(consensus, { rng: makeRng(1, 'hoc') })
  near(found.transition.data, transition.flat(), 5)
  near(found.prior, prior, 5)
  const columns = [0, 1, 2].flatMap((i) => [0, 1, 2].map((y) => row(found.truthGiven, y)[i]!))
  near(columns, [0.833333, 0.125, 0.041667, 0.172414, 0.724138, 0.103448, 0.217391, 0.130435, 0.652174], 4)
  expect(found.loss).toBeLessThan(1e-6)
})

test.each([2, 4])('the slope of the loss is what small steps say: %d classes', (k) => {
  const rng = makeRng(k, 'slope')
  const random = (length: number): Float64Array => Float64Array.from({ length }, () => rng.uniform())
  const target = hocTarget({ classes: k, one: random(k), two: random(k * k), three: random(k ** 3) })
  const model = { transition: random(k * k), prior: random(k) }
  const [slope, unused] = [0, 1].map(() => ({ transition: new Float64Array(k * k), prior: new Float64Array(k) }))
  hocLoss(target, model, slope!)
  const step = 1e-5
  for (const part of ['transition', 'prior'] as const) {
    model[part].forEach((value, at) => {
      const lossAt = (moved: number): number => {
        model[part][at] = moved
        return hocLoss(target, model, unused!)
      }
      const difference = (lossAt(value + step) - lossAt(value - step)) / (2 * step)
      model[part][at] = value
      expect(slope![part][at]).toBeCloseTo(difference, 6)
    })
  }
})

test('the loss is the sum of three Euclidean distances over every order of the labels', () => {
  const rng = makeRng(1, 'norms')
  const counted = {
    classes: 3,
    one: new Float64Array(3),
    two: new Float64Array(9),
    three: new Float64Array(27),
  }
  for (const counts of [counted.one, counted.two, counted.three])
    counts.forEach((_, at) => (counts[at] = rng.uniform()))
  const model = expected(transition, prior)
  const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((value, at) => value - b[at]!))
  const slope = { transition: new Float64Array(9), prior: new Float64Array(3) }
  const point = { transition: Float64Array.from(transition.flat()), prior: Float64Array.from(prior) }
  expect(hocLoss(hocTarget(counted), point, slope)).toBeCloseTo(
    distance(counted.one, model.one) + distance(counted.two, model.two) + distance(counted.three, model.three),
    10,
  )
})

/** Three well separated clusters, their items labelled through the transition matrix. */
function clusters(n: number) {
  const rng = makeRng(1, 'clusters')
  const draw = (shares: readonly number[]): number => {
    const u = rng.uniform()
    return u < shares[0]! ? 0 : u < shares[0]! + shares[1]! ? 1 : 2
  }
  const features = matrix(n, 3)
  const labels = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const y = draw(prior)
    labels[i] = draw(transition[y]!)
    for (let d = 0; d < 3; d++) row(features, i)[d] = Number(d === y) + 0.05 * rng.normal()
  }
  return { features, labels }
}

test('noise is estimated without a single trusted label where neighbours share their class', async () => {
  const { features, labels } = clusters(3000)
  const neighbours = await nearestNeighbours(features, features, 10, { metric: 'cosine', excludeSelf: true })
  const found = estimateHoc(labels, neighbours, 3, { rng: makeRng(1, 'hoc'), rounds: 10, steps: 500 })
  transition.flat().forEach((value, at) => expect(Math.abs(found.transition.data[at]! - value)).toBeLessThan(0.1))
  prior.forEach((value, y) => expect(Math.abs(found.prior[y]! - value)).toBeLessThan(0.05))
})

test('an item counts with the two nearest of those drawn', () => {
  const neighbours = { k: 2, indices: Int32Array.of(1, 2, 0, 2, 1, 0), distances: new Float32Array(6) }
  const { one, two, three } = countLabelConsensus(Int32Array.of(0, 1, 1), neighbours, 2, {
    rng: makeRng(1, 'counts'),
    rounds: 1,
    sampleShare: 1,
  })
  near(one, [1 / 3, 2 / 3], 10)
  near(two, [0, 1 / 3, 1 / 3, 1 / 3], 10)
  // 0 with 1, 1; 1 with 0, 1; 1 with 1, 0.
  near(three!, [0, 0, 0, 1 / 3, 0, 1 / 3, 1 / 3, 0], 10)
})

test('above 30 classes pairs alone are counted and fitted', () => {
  const n = 310
  const labels = Int32Array.from({ length: n }, (_, i) => i % 31)
  const indices = Int32Array.from({ length: 2 * n }, (_, at) => (Math.floor(at / 2) + 31 * (1 + (at % 2))) % n)
  const neighbours = { k: 2, indices, distances: new Float32Array(2 * n) }
  const options = { rng: makeRng(1, 'pairs'), rounds: 1, sampleShare: 1, steps: 200 }
  expect(countLabelConsensus(labels, neighbours, 31, options).three).toBeUndefined()
  const { transition: found } = estimateHoc(labels, neighbours, 31, options)
  for (let y = 0; y < 31; y++) expect(row(found, y)[y]).toBeGreaterThan(0.9)
})

test('labels out of range, and neighbours that are too few or of other items, are refused', () => {
  const rng = makeRng(1, 'refused')
  const count = (labels: Int32Array, k: number, indices: Int32Array) => () =>
    countLabelConsensus(labels, { k, indices, distances: new Float32Array(indices.length) }, 2, { rng })
  const refused = (code: string) => expect.objectContaining({ code })
  expect(count(Int32Array.of(0, 1, 1), 2, Int32Array.of(1, 2))).toThrow(refused('length-mismatch'))
  expect(count(Int32Array.of(0, 1), 1, Int32Array.of(1, 0))).toThrow(refused('bad-shape'))
  expect(count(Int32Array.of(0, -1, 1), 2, Int32Array.of(1, 2, 0, 2, 0, 1))).toThrow(refused('bad-votes'))
})
