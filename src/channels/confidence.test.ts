import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { fineLevel, makeTaxonomy } from '../core/taxonomy.ts'
import { estimateChannel } from './channel.ts'
import type { Testimony } from './testimony.ts'

const k = 4
const level = fineLevel(makeTaxonomy(Array.from({ length: k }, (_, i) => ({ name: `c${i}` }))))
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

/** An annotator right with probability `σ(1 + slope · x)` that states `σ(3 + 2 x)`: far too sure of itself, as models are. */
function world(seed: number, slope: number, { n = 2000, checked = 400 } = {}) {
  const rng = makeRng(seed, 'confidence')
  const truth = Int32Array.from({ length: n }, () => rng.below(k))
  const x = Float64Array.from({ length: n }, () => rng.normal())
  const said = truth.map((y, i) => (rng.uniform() < sigmoid(1 + slope * x[i]!) ? y : (y + 1 + rng.below(k - 1)) % k))
  const confidence = Float32Array.from(x, (value) => sigmoid(3 + 2 * value))
  const trusted = truth.map((y, i) => (i < checked ? y : -1))
  const testimony: Testimony = { annotator: 'vlm', level, said, confidence }
  return { truth, x, said, trusted, testimony, random: new Uint8Array(n).fill(1) }
}
const estimate = ({ testimony, trusted, random }: ReturnType<typeof world>) =>
  estimateChannel(testimony, trusted, k, { random }).confidence

test('what stated confidence means is found, whatever scale it is on', () => {
  // x reaches the channel as 3 + 2 x, so a slope of 2 in x is a slope of 1 in what was stated.
  const slopes = [1, 2, 3].map((seed) => estimate(world(seed, 2))!.slope)
  expect(slopes.reduce((sum, slope) => sum + slope, 0) / 3).toBeCloseTo(1, 0)
  const { x, ...rest } = world(1, 2)
  const { shift, leftOutShift } = estimate({ x, ...rest })!
  expect(shift[x.indexOf(Math.max(...x.subarray(0, 300)))]).toBeGreaterThan(1)
  expect(shift.reduce((sum, value) => sum + value, 0) / shift.length).toBeCloseTo(0, 5)
  expect(Math.max(...leftOutShift.map((value, i) => Math.abs(value - shift[i]!)).subarray(0, 400))).toBeLessThan(0.2)
})

test('confidence that tells nothing counts for nothing', () => {
  const seeds = Array.from({ length: 50 }, (_, seed) => seed)
  expect(seeds.filter((seed) => estimate(world(seed, 0)) !== null).length).toBeLessThanOrEqual(1)
  expect(estimate(world(1, 2, { checked: 0 }))).toBeNull()
  const silent = world(1, 2)
  expect(
    estimate({ ...silent, testimony: { ...silent.testimony, confidence: silent.x.map(() => NaN) as never } }),
  ).toBe(null)
})

test('checking mistakes on purpose does not bend it', () => {
  const fair = world(5, 2)
  // Every mistake among the first thousand items is checked, and one right answer in four.
  const trusted = fair.trusted.map((_, i) =>
    i < 1000 && (fair.said[i] !== fair.truth[i] || i % 4 === 0) ? fair.truth[i]! : -1,
  )
  const biased = estimate({ ...fair, trusted, random: fair.random.map((_, i) => (i % 4 === 0 ? 1 : 0)) })!
  expect(biased.slope).toBeGreaterThan(0.75)
  expect(biased.slope).toBeLessThan(1.25)
})

test('answers of any confidence stay evidence: sure ones weigh more, and a hundred percent is no proof', () => {
  const sure = world(7, 2)
  const { confidence } = sure.testimony
  confidence!.fill(1, 0, 20)
  confidence!.fill(0, 20, 40)
  const { shift } = estimate(sure)!
  expect([...shift].every(Number.isFinite)).toBe(true)
  expect(Math.max(...shift)).toBeLessThan(8)
  expect(Math.min(...shift.subarray(0, 20))).toBeGreaterThan(Math.max(...shift.subarray(20, 40)))
})
