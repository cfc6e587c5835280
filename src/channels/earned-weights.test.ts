import { expect, test } from 'vitest'
import { makeRng, type Rng } from '../core/rng.ts'
import { fineLevel, makeTaxonomy } from '../core/taxonomy.ts'
import { argmaxRows, matrix, row, type Matrix } from '../tensor/matrix.ts'
import { estimateChannel } from './channel.ts'
import { addEvidence, combine } from './combine.ts'
import { earnWeights, smoothProbs } from './earned-weights.ts'

const k = 4
const level = fineLevel(makeTaxonomy(Array.from({ length: k }, (_, i) => ({ name: `c${i}` }))))

/** `t` items whose learner is right about 60 % of the time, and what annotators make of them. */
function scene(seed: number, t: number) {
  const rng = makeRng(seed, 'earned-weights')
  const labels = Int32Array.from({ length: t }, () => rng.below(k))
  const predProbs = matrix(t, k)
  for (let i = 0; i < t; i++) row(predProbs, i).fill(0.1)[rng.uniform() < 0.6 ? labels[i]! : rng.below(k)] = 0.7
  const hearing = (said: Int32Array): Matrix =>
    estimateChannel({ annotator: 'a', level, said }, labels, k, { random: new Uint8Array(t).fill(1) }).leftOut
  return { rng, labels, predProbs, hearing }
}
const guesses = (t: number, rng: Rng): Int32Array => Int32Array.from({ length: t }, () => rng.below(k))

test('whoever answers at random mostly earns nothing, and what luck gives costs hardly any fresh label', () => {
  const [scenes, fresh] = [120, 300]
  let [earned, change] = [0, 0]
  for (let seed = 0; seed < scenes; seed++) {
    const t = [20, 60, 200][seed % 3]!
    const { rng, labels, predProbs } = scene(seed, t + fresh)
    const testimony = { annotator: 'guesser', level, said: guesses(t + fresh, rng) }
    const trusted = labels.map((y, i) => (i < t ? y : -1))
    const channel = estimateChannel(testimony, trusted, k, { random: new Uint8Array(t + fresh).fill(1) })
    const known = { labels: labels.slice(0, t), predProbs: matrix(t, k, predProbs.data.slice(0, t * k)) }
    const { weights, smoothing } = earnWeights({ ...known, leftOut: [channel.leftOut] })
    if (weights[0] === 0) continue
    earned++
    const evidence = matrix(t + fresh, k)
    addEvidence(evidence, channel.likelihood, testimony.said, weights[0])
    const [alone, heard] = [argmaxRows(predProbs), argmaxRows(combine(smoothProbs(predProbs, smoothing), evidence))]
    for (let i = t; i < t + fresh; i++)
      change += (Number(heard[i] === labels[i]) - Number(alone[i] === labels[i])) / fresh
  }
  // Half a nat is what luck gains about one time in six: half the upper tail of a chi-square of one degree beyond 1.
  expect(earned / scenes).toBeLessThan(0.3)
  expect(change / scenes).toBeGreaterThan(-0.003)
})

test('whoever always says the same earns next to nothing', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { labels, predProbs, hearing } = scene(seed, 100)
    expect(earnWeights({ labels, predProbs, leftOut: [hearing(new Int32Array(100).fill(2))] }).weights).toEqual([0])
  }
})

test('a perfect annotator earns full weight, or as good as that, also beside one that guesses', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { rng, labels, predProbs, hearing } = scene(seed, 100)
    const alone = earnWeights({ labels, predProbs, leftOut: [hearing(labels)] })
    expect(alone.weights[0]).toBeGreaterThanOrEqual(0.75)
    const noise = hearing(guesses(100, rng))
    for (const leftOut of [
      [hearing(labels), noise],
      [noise, hearing(labels)],
    ]) {
      expect(Math.max(...earnWeights({ labels, predProbs, leftOut }).weights)).toBeGreaterThanOrEqual(alone.weights[0]!)
    }
  }
})

test('listening never makes the held-out likelihood worse than people alone', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { rng, labels, predProbs, hearing } = scene(seed, 40)
    const people = earnWeights({ labels, predProbs, leftOut: [] }).logLikelihood
    const liar = hearing(labels.map((y) => (y + 1) % k))
    const heard = earnWeights({ labels, predProbs, leftOut: [hearing(guesses(40, rng)), liar] })
    expect(heard.logLikelihood).toBeGreaterThanOrEqual(people)
  }
})

test('a learner that is sure and wrong is smoothed most, one that is right least', () => {
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % k)
  const sure = (classOf: (i: number) => number): Matrix => {
    const predProbs = matrix(40, k)
    for (let i = 0; i < 40; i++) row(predProbs, i)[classOf(i)] = 1
    return predProbs
  }
  expect(earnWeights({ labels, predProbs: sure((i) => i % k), leftOut: [] }).smoothing).toBe(0.03)
  expect(earnWeights({ labels, predProbs: sure((i) => (i + 1) % k), leftOut: [] }).smoothing).toBe(0.3)
})

test('the likelihood of uniform predictions is -ln k per item', () => {
  const predProbs = matrix(10, k, new Float32Array(10 * k).fill(1 / k))
  expect(earnWeights({ labels: new Int32Array(10), predProbs, leftOut: [] }).logLikelihood).toBeCloseTo(
    -10 * Math.log(4),
    6,
  )
})

test('nothing is earned where nothing is known', () => {
  expect(earnWeights({ labels: new Int32Array(0), predProbs: matrix(0, k), leftOut: [matrix(0, k)] }).weights).toEqual([
    0,
  ])
})

test('rows that do not match, and NaN, are refused', () => {
  const predProbs = matrix(3, k, new Float32Array(3 * k).fill(1 / k))
  const refuse = (change: Partial<Parameters<typeof earnWeights>[0]>, code: string) =>
    expect(() => earnWeights({ labels: new Int32Array(3), predProbs, leftOut: [], ...change })).toThrow(
      expect.objectContaining({ code }),
    )
  refuse({ labels: new Int32Array(2) }, 'length-mismatch')
  refuse({ leftOut: [matrix(2, k)] }, 'length-mismatch')
  refuse({ predProbs: matrix(3, k, new Float32Array(3 * k).fill(NaN)) }, 'not-finite')
})

test('a third of smoothing takes a third of the way to uniform', () => {
  const { data } = smoothProbs(matrix(1, 2, Float32Array.of(1, 0)), 1 / 3)
  expect(data[0]).toBeCloseTo(5 / 6, 6)
  expect(data[1]).toBeCloseTo(1 / 6, 6)
})

test('a class that was ruled out counts as evidence: against whoever was sure of it, for whoever doubted it', () => {
  const sureOf0 = matrix(4, 3, Float32Array.from(Array(4).fill([0.9, 0.05, 0.05]).flat()))
  const doubting = matrix(4, 3, Float32Array.from(Array(4).fill([0.1, 0.45, 0.45]).flat()))
  const labels = new Int32Array(4).fill(-1)
  const denied = new Map([0, 1, 2, 3].map((at) => [at, new Set([0])]))
  const logLikelihood = (predProbs: Matrix): number =>
    earnWeights({ labels, denied, predProbs, leftOut: [] }).logLikelihood
  // 0.97 of the learner's prediction and 0.03 of the uniform one: P(not 0) = 0.97 * 0.9 + 0.02.
  expect(logLikelihood(doubting)).toBeCloseTo(4 * Math.log(0.97 * 0.9 + 0.02), 2)
  expect(logLikelihood(doubting)).toBeGreaterThan(logLikelihood(sureOf0))
})
