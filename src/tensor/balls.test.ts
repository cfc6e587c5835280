import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { ballMembers, ballsOf, countAtLeast, countAtMost } from './balls.ts'
import { matrix } from './matrix.ts'

/** Points on a grid have many others exactly on the surface of their balls; random ones have none. */
const scenes = fc
  .record({
    n: fc.integer({ min: 1, max: 70 }),
    d: fc.integer({ min: 1, max: 5 }),
    isGrid: fc.boolean(),
    radius: fc.constantFrom(0, 1, Math.SQRT2, 2, Infinity),
    seed: fc.nat(),
  })
  .map(({ n, d, isGrid, radius, seed }) => {
    const rng = makeRng(seed, 'balls')
    const points = matrix(n, d)
    for (let at = 0; at < n * d; at++) points.data[at] = isGrid ? rng.below(3) : rng.normal()
    const isCounted = Float32Array.from({ length: n }, () => rng.below(2))
    const isIn = (a: number, b: number): boolean => {
      let sum = 0
      for (let j = 0; j < d; j++) sum += (points.data[a * d + j]! - points.data[b * d + j]!) ** 2
      return a === b || Math.sqrt(sum) < radius
    }
    return { n, radius, points, isCounted, isIn, isGrid }
  })

test('a ball has the members that distances in 64 bits give it, and counts lie on the right sides', async () => {
  await fc.assert(
    fc.asyncProperty(scenes, async ({ n, radius, points, isCounted, isIn, isGrid }) => {
      const balls = ballsOf(points, radius)
      const all = Int32Array.from({ length: n }, (_, i) => i)
      const sets = await ballMembers(balls, all)
      const most = await countAtMost(balls, isCounted)
      const counted = all.filter((i) => isCounted[i] === 1)
      const least = counted.length > 0 ? await countAtLeast(balls, counted) : new Float32Array(n)
      for (const a of all) {
        const members = all.filter((b) => isIn(a, b))
        expect(all.filter((b) => (sets[a]![b >> 5]! >>> (b & 31)) & 1)).toEqual(members)
        const count = members.filter((b) => isCounted[b] === 1).length
        expect(most[a]).toBeGreaterThanOrEqual(count)
        expect(least[a]).toBeLessThanOrEqual(count)
        if (!isGrid && radius > 0) expect([most[a], least[a]]).toEqual([count, count])
      }
    }),
    { numRuns: 40 },
  )
})

test('pairs in different blocks of the matrix are counted once each', async () => {
  const n = 2500
  const line = matrix(
    n,
    1,
    Float32Array.from({ length: n }, (_, i) => i),
  )
  const counts = await countAtMost(ballsOf(line, 1000.5), new Float32Array(n).fill(1))
  counts.forEach((count, i) => expect(count).toBe(Math.min(i, 1000) + 1 + Math.min(n - 1 - i, 1000)))
})
