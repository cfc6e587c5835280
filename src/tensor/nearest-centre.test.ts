import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { d2Sample } from './d2-sampling.ts'
import { euclideanDistances } from './distances.ts'
import { farthestFirst } from './farthest-first.ts'
import { matrix, type Matrix } from './matrix.ts'

/** Points on a small grid: many coincide, many are equally far. */
const gridPoints: fc.Arbitrary<Matrix> = fc
  .record({ n: fc.integer({ min: 1, max: 24 }), d: fc.integer({ min: 1, max: 3 }), seed: fc.nat() })
  .map(({ n, d, seed }) => {
    const rng = makeRng(seed, 'points')
    return matrix(
      n,
      d,
      Float32Array.from({ length: n * d }, () => rng.below(4)),
    )
  })

/** Squared distance of every point to its nearest centre, in plain loops. */
function plainNearest({ rows, cols, data }: Matrix, centres: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, i) =>
    Math.min(
      ...centres.map((c) => {
        let sum = 0
        for (let j = 0; j < cols; j++) sum += (data[i * cols + j]! - data[c * cols + j]!) ** 2
        return sum
      }),
    ),
  )
}

test('farthest-first takes what a plain search over all distances takes, equal points and ties included', async () => {
  await fc.assert(
    fc.asyncProperty(gridPoints, fc.nat(30), fc.nat(), async (points, count, seed) => {
      const rng = makeRng(seed)
      const centres = Array.from({ length: points.rows }, (_, i) => i).filter(() => rng.uniform() < 0.2)
      const candidates = Array.from({ length: points.rows }, (_, i) => i).filter(() => rng.uniform() < 0.8)
      const chosen = await farthestFirst(euclideanDistances(points), count, makeRng(seed), {
        centres: Int32Array.from(centres),
        candidates: Int32Array.from(candidates),
      })
      expect(chosen).toHaveLength(Math.min(count, candidates.length))
      const all = [...centres]
      chosen.forEach((point, picks) => {
        if (all.length > 0) {
          const gaps = plainNearest(points, all)
          const left = candidates.filter((c) => !chosen.subarray(0, picks).includes(c))
          const most = Math.max(...left.map((c) => gaps[c]!))
          expect(point).toBe(left.find((c) => gaps[c] === most))
        }
        all.push(point)
      })
    }),
    { numRuns: 60 },
  )
})

test('farthest-first is exact where 32-bit sums of products are not: a tight cluster far from the origin', async () => {
  const rng = makeRng(1, 'far')
  const points = matrix(
    300,
    8,
    Float32Array.from({ length: 2400 }, () => 1000 + rng.normal()),
  )
  const chosen = await farthestFirst(euclideanDistances(points), 40, rng)
  for (let picks = 1; picks < chosen.length; picks++) {
    const gaps = plainNearest(points, [...chosen.subarray(0, picks)])
    expect(gaps[chosen[picks]!]).toBeGreaterThanOrEqual(Math.max(...gaps) * 0.98)
  }
})

test('D² sampling never takes a point twice, and takes coinciding ones only when nothing else is left', async () => {
  await fc.assert(
    fc.asyncProperty(gridPoints, fc.nat(30), fc.nat(), async (points, count, seed) => {
      const draw = () => d2Sample(euclideanDistances(points), count, makeRng(seed))
      const chosen = await draw()
      expect(chosen).toHaveLength(Math.min(count, points.rows))
      expect(new Set(chosen).size).toBe(chosen.length)
      expect(await draw()).toEqual(chosen)
      for (let picks = 1; picks < chosen.length; picks++) {
        const gaps = plainNearest(points, [...chosen.subarray(0, picks)])
        if (Math.max(...gaps) > 0) expect(gaps[chosen[picks]!]).toBeGreaterThan(0)
      }
    }),
    { numRuns: 60 },
  )
})

test('D² sampling draws its second and third point in proportion to squared distances (chi-square of 11 degrees, 0.1 % point 31.3)', async () => {
  const points = matrix(5, 1, Float32Array.of(0, 1, 2, 4, 7))
  const runs = 3000
  const seen = new Map<string, number>()
  for (let seed = 0; seed < runs; seed++) {
    const [, second, third] = await d2Sample(euclideanDistances(points), 3, makeRng(seed, 'd2'), { first: 0 })
    const key = `${second},${third}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  let chiSquare = 0
  const fromFirst = plainNearest(points, [0])
  for (let second = 1; second < 5; second++) {
    const fromBoth = plainNearest(points, [0, second])
    for (let third = 1; third < 5; third++) {
      if (third === second) continue
      const share = (fromFirst[second]! / total(fromFirst)) * (fromBoth[third]! / total(fromBoth))
      chiSquare += ((seen.get(`${second},${third}`) ?? 0) - runs * share) ** 2 / (runs * share)
    }
  }
  expect(chiSquare).toBeLessThan(31.3)
})

test('among many centres too, where distances are not brought up to date after each pick, a point is drawn in proportion (chi-square of 19 degrees, 0.1 % point 43.8)', async () => {
  // Centres at 100, 200, ... and candidates next to them, some near each other: their distances to the second pick depend on the first.
  const rng = makeRng(3, 'many')
  const points = matrix(36, 1)
  for (let i = 0; i < 16; i++) points.data[i] = 100 * (i + 1)
  for (let i = 16; i < 36; i++) points.data[i] = 100 * (1 + ((i - 16) % 5)) + 1 + rng.below(50)
  const centres = Int32Array.from({ length: 16 }, (_, i) => i)
  const candidates = Int32Array.from({ length: 20 }, (_, i) => i + 16)
  const runs = 4000
  const seen = new Int32Array(36)
  for (let seed = 0; seed < runs; seed++) {
    seen[(await d2Sample(euclideanDistances(points), 2, makeRng(seed, 'd2'), { centres, candidates }))[1]!]!++
  }
  const before = plainNearest(points, [...centres])
  const shares = new Float64Array(36)
  for (const first of candidates) {
    const after = plainNearest(points, [...centres, first])
    for (const second of candidates) {
      shares[second]! += ((before[first]! / total(before)) * after[second]!) / total(after)
    }
  }
  const chiSquare = candidates.reduce((sum, i) => sum + (seen[i]! - runs * shares[i]!) ** 2 / (runs * shares[i]!), 0)
  expect(chiSquare).toBeLessThan(43.8)
})

test('farthest-first takes what a plain search takes, over hundreds of picks', async () => {
  const rng = makeRng(4, 'hundreds')
  const points = matrix(
    1500,
    3,
    Float32Array.from({ length: 4500 }, () => rng.normal()),
  )
  const chosen = await farthestFirst(euclideanDistances(points), 300, makeRng(1))
  const gaps = plainNearest(points, [chosen[0]!])
  for (let picks = 1; picks < chosen.length; picks++) {
    expect(gaps[chosen[picks]!]).toBeGreaterThanOrEqual(Math.max(...gaps) * (1 - 1e-4))
    plainNearest(points, [chosen[picks]!]).forEach((gap, i) => (gaps[i] = Math.min(gaps[i]!, gap)))
  }
})

test('points that are not finite are refused, and the row is named', () => {
  expect(() => euclideanDistances(matrix(2, 1, Float32Array.of(1, NaN)))).toThrow(
    expect.objectContaining({ code: 'bad-feature-value', problem: expect.stringContaining('Row 1') as string }),
  )
})

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
