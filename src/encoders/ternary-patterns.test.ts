import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { patternBins, ternaryPatterns } from './ternary-patterns.ts'

const side = 48
const rng = makeRng(1, 'ternary patterns')
const plane = Float32Array.from({ length: side * side }, () => rng.uniform() * 200)

function patternsOf(of: Float32Array): Float32Array {
  const patterns = new Float32Array(patternBins)
  ternaryPatterns(of, side, patterns)
  return patterns
}

test('a quarter turn and more light leave the patterns as they are', () => {
  const turned = plane.map((_, i) => plane[(side - 1 - (i % side)) * side + Math.floor(i / side)]! + 30)
  const [before, after] = [patternsOf(plane), patternsOf(turned)]
  for (let j = 0; j < patternBins; j++) expect(after[j]).toBeCloseTo(before[j]!, 3)
})

test('a flat plane shows only the pattern of no differing neighbour', () => {
  const patterns = patternsOf(new Float32Array(side * side).fill(100))
  patterns.forEach((share, j) => expect(share).toBe(j % 10 === 0 ? 1 : 0))
})

test('a dark spot is a pixel with eight brighter neighbours', () => {
  const spotted = new Float32Array(side * side).fill(100)
  spotted[24 * side + 24] = 0
  const nearest = patternsOf(spotted).subarray(0, 10)
  // The innermost ring holds 156 pixels: distance below 0.3 * 24 from (23.5, 23.5); one of them is the spot.
  const pixels = Array.from(spotted, (_, i) => Math.hypot((i % side) - 23.5, Math.floor(i / side) - 23.5) < 7.2).filter(
    Boolean,
  )
  expect(nearest[8]).toBeCloseTo(Math.sqrt(1 / pixels.length), 5)
})
