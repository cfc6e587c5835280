import { expect, test } from 'vitest'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { makeRng } from '../../core/rng.ts'
import { matrix } from '../../tensor/matrix.ts'
import { plainContestant } from './contestant.ts'
import { playRun } from './run.ts'
import { anna, smallWorld } from './small-world.ts'
import type { World } from './world.ts'

const rng = makeRng(1, 'blurred')
/** Classes that overlap, and a person who errs: start, errors and test items show in the numbers. */
const world: World = {
  ...smallWorld,
  features: matrix(
    100,
    2,
    smallWorld.features.data.map((x) => x + 1.5 * rng.normal()),
  ),
  players: [{ ...anna, noise: 0.2 }],
}

async function play(strategy: 'margin' | 'random', seed: number, from = world): Promise<SimulatedCurve> {
  return playRun(from, { contestant: plainContestant(strategy), seed }, () => undefined)
}

test.each([world, { ...world, start: { perClass: 4 } }])(
  'strategies of one seed begin with the same items, errors and test; another seed with others',
  async (from) => {
    const [margin, random, other] = await Promise.all([
      play('margin', 1, from),
      play('random', 1, from),
      play('margin', 2, from),
    ])
    expect(margin.points[1]!.spent).toBeGreaterThan(0)
    expect(random.points.slice(0, 2)).toEqual(margin.points.slice(0, 2))
    expect(random.points[2]).not.toEqual(margin.points[2])
    expect(other.points[1]).not.toEqual(margin.points[1])
  },
)

test('nobody is asked about the test, and its labels make no difference to what is bought', async () => {
  const isTest = Uint8Array.from({ length: 100 }, (_, i) => (i < 30 ? 1 : 0))
  const fixed: World = { ...world, budget: 1e9, test: { kind: 'fixed', isTest } }
  const { points } = await play('margin', 1, fixed)
  expect(points.at(-1)!.answers).toEqual({ anna: 70 })
  const truth = fixed.truth.map((y, i) => (isTest[i] ? 1 - y : y))
  const flipped = await play('margin', 1, { ...fixed, truth })
  const bought = (curve: SimulatedCurve) => curve.points.map(({ spent, poolAccuracy }) => [spent, poolAccuracy])
  expect(bought(flipped)).toEqual(bought({ ...flipped, points }))
  // Two classes: what was right about the test is wrong now.
  expect(flipped.points.at(-1)!.testAccuracy).toBeCloseTo(1 - points.at(-1)!.testAccuracy!)
})
